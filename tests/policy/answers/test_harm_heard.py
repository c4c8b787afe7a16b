"""Harm is heard before any rule: understated, buried in an ordinary question, or asked as one about the policy."""

import pytest

from policy.answers.answering import Answerer
from policy.document import Flow, HarmKind, Policy, Verdict

HEARD: dict[HarmKind, tuple[str, ...]] = {
    HarmKind.CHILD_RISK: (
        "Can I post the art display? One of the girls who painted it has bruises on her arms and is scared to go home",
        "A boy in my class has put a story up that nobody would miss him",
        "she has bruises all over her legs and says not to tell. do i need parental consent for photos",
        "a pupil says a man online wants nude pics of her",
    ),
    HarmKind.CHILD_MUST_NOT_BE_FOUND: (
        "Court order says dad mustn't know which school she is at, and she is in a team photo on our page",
        "we have a looked after child in the assembly video, fine to leave it on facebook?",
        "mum and the twins are in a refuge and they're on the welcome post",
    ),
    HarmKind.ADULT_CONDUCT: (
        "I think a colleague is messaging a year 11 girl",
        "can we post the trip photos? also our coach keeps texting one of the boys",
        "a volunteer took pictures of the kids changing",
    ),
    HarmKind.HEAD_CONDUCT: (
        "the headteacher is messaging a pupil",
        "what is the policy when the complaint is about the head and a pupil",
    ),
    HarmKind.DSL_CONDUCT: (
        "our DSL is messaging a pupil at night",
        "what if the DSL ignored what I told her about a child",
        "Our safeguarding lead told me to stop logging things on this boy",
    ),
    HarmKind.STAFF_DISTRESS: (
        "I cant cope with this any more",
        "the comments on the page are awful, is there a form, i can't go on like this",
        "I can't stop crying since the video went up. who takes it down",
        "feel like ending it all",
    ),
    HarmKind.THREAT_TO_STAFF: (
        "a dad wrote that he knows where I live, shall I delete the comment",
        "Parent says he is going to kill me if his son is excluded",
        "she threatened me in the comments and put a \U0001f52a",
    ),
}
LOOK_ALIKES = (
    "can't cope with the heat, may I post a meme about it?",
    "We are dying to post the choir video, can we?",
    "Our head is running the marathon, can the page cheer her on?",
    "Can the head have a personal Twitter?",
    "DSL drop in for parents on Tuesday, may we put it on Facebook?",
    "Can I be friends with a colleague on Facebook?",
    "Knife skills in food tech, photos of the vegetables only, on the page?",
    "The class adopted a donkey, can it go on the page?",
    "Can I accept a friend request from a pupil?",
    "May staff message pupils on WhatsApp?",
    "can I post a photo of my class on my insta?",
    "What time does the page post its reminders?",
)
"""What sounds like harm, or stands near it, and is not."""


@pytest.mark.parametrize(("kind", "question"), [(kind, each) for kind, asked in HEARD.items() for each in asked])
def test_harm_is_heard_as_what_it_is(answerer: Answerer, kind: HarmKind, question: str) -> None:
    """The kind is named, the answer is a must, and neither a yes nor a menu comes with it."""
    said = answerer.answer(question)
    assert (kind, Verdict.MUST_DO, ()) == (said.harm, said.verdict, said.readings)
    assert answerer.policy.harm[kind].sentence == said.sentence
    assert answerer.policy.harm[kind].flow == said.flow


@pytest.mark.parametrize("question", LOOK_ALIKES)
def test_what_only_sounds_like_harm_is_answered_as_it_was(answerer: Answerer, question: str) -> None:
    """A figure of speech, good news about the head, a rule that is asked for."""
    assert answerer.answer(question).harm is None


def test_the_words_say_whom_to_turn_to(answerer: Answerer) -> None:
    """999 in every kind; the head, the chair and helplines where they belong; a DSL's numbers never for a DSL."""
    harm = answerer.policy.harm
    assert all("999" in " ".join(said.now) for said in harm.values())
    assert "head teacher" in harm[HarmKind.ADULT_CONDUCT].sentence
    assert "chair of governors" in harm[HarmKind.HEAD_CONDUCT].sentence
    assert not harm[HarmKind.DSL_CONDUCT].ring_dsl
    distress = " ".join(harm[HarmKind.STAFF_DISTRESS].now)
    assert all(number in distress for number in ("116 123", "08000 562 561", "111"))
    assert harm[HarmKind.STAFF_DISTRESS].flow is None
    conduct = (HarmKind.ADULT_CONDUCT, HarmKind.HEAD_CONDUCT, HarmKind.DSL_CONDUCT)
    assert [Flow.REPORT_WORRY] * 3 == [harm[kind].flow for kind in conduct]


def test_a_copy_without_the_words_of_a_kind_is_refused(answerer: Answerer) -> None:
    """A policy officer who deletes one kind is told which; so is one who sends a worry about a DSL to the DSLs."""
    whole = answerer.policy.model_dump()
    missing = {kind: said for kind, said in whole["harm"].items() if kind is not HarmKind.STAFF_DISTRESS}
    with pytest.raises(ValueError, match="staff_distress"):
        Policy.model_validate(whole | {"harm": missing})
    to_them = whole["harm"] | {HarmKind.DSL_CONDUCT: whole["harm"][HarmKind.DSL_CONDUCT] | {"ring_dsl": True}}
    with pytest.raises(ValueError, match="ring_dsl must be false"):
        Policy.model_validate(whole | {"harm": to_them})
