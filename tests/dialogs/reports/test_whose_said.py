"""Whose conduct a typed sentence is about: who does something, where plain words say so, and nobody by a guess."""

import pytest

from dialogs.reports.whose_said import whose_said
from storage.cases.case_records import Whose

SAID = [
    (Whose.STAFF, "I think a colleague is messaging a year 11 girl"),
    (Whose.STAFF, "I think a colleague is messaging a year 11 girl on snapchat"),
    (Whose.STAFF, "a TA has been texting pupils"),
    (Whose.STAFF, "Our new supply teacher added two of my pupils on Instagram"),
    (Whose.STAFF, "the football coach keeps messaging a boy in my class"),
    (Whose.STAFF, "the deputy head is messaging a student at night"),
    (Whose.STAFF, "one of our governors posted photos of the children"),
    (Whose.STAFF, "the head of year is texting a girl"),
    (Whose.STAFF, "a pupil told me that a teacher is sending her pictures"),
    (Whose.STAFF, "a member of staff has messaged a pupil"),
    (Whose.STAFF, "my line manager is following pupils"),
    (Whose.HEAD, "the headteacher is messaging a pupil"),
    (Whose.HEAD, "Our head teacher has been messaging a sixth former"),
    (Whose.HEAD, "the head is texting a pupil"),
    (Whose.DSL_TEAM, "the DSL is messaging a child privately"),
    (Whose.DSL_TEAM, "our deputy DSL added a pupil on snapchat"),
    (Whose.DSL_TEAM, "the designated safeguarding lead is messaging a pupil"),
    (Whose.PARENT, "a parent is posting lies about a colleague"),
    (Whose.PARENT, "a pupil's mum posted about our head teacher"),
    (Whose.PUPIL, "a pupil sent me a friend request"),
    (Whose.PUPIL, "a year 9 girl keeps messaging a teacher"),
]
OPEN = [
    "",
    "a pupil was messaged by a teacher",
    "a teacher is being bullied on Facebook",
    "somebody posted about a teacher",
    "a post about our head teacher is spreading",
    "a fake account of the head is posting",
    "someone pretending to be a teacher is messaging pupils",
    "can a teacher message a pupil?",
    "a teacher and a parent are arguing, and a pupil posted it",
    "a former colleague is messaging pupils",
    "I got a message from a pupil",
    "parents and staff are talking",
    "Mr Demo is messaging a pupil",
    "the head's husband is messaging a pupil",
    "the account of a teacher is posting odd things",
]


@pytest.mark.parametrize(("whose", "sentence"), SAID)
def test_who_does_something_is_read(whose: Whose, sentence: str) -> None:
    """Who does it, never whom it is done to or who tells of it."""
    assert whose == whose_said(sentence)


@pytest.mark.parametrize("sentence", OPEN)
def test_what_is_not_plain_stays_open(sentence: str) -> None:
    """Then the reporter is asked, and nothing is assumed."""
    assert whose_said(sentence) is None
