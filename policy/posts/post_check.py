"""The check of a suggested post against the policy, before it travels to a person: offline, the same every time.

It stops what is certain, asks about what it guesses or what has a condition, and notes the rest for the line manager.
It reads words; it does not understand them. The line manager and the social media team decide.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from policy.document import Policy, PolicyError
from policy.posts.consent_words import is_recorded
from policy.posts.findings import Finding, OwnContacts, PostText, Severity, Span
from policy.posts.name_lists import load_name_lists
from policy.posts.post_accounts import AccountCheck, load_hosts
from policy.posts.post_contact import ContactCheck
from policy.posts.post_meaning import Encode, MeaningCheck, load_heads
from policy.posts.post_names import NameReader
from policy.posts.post_people import PeopleCheck
from policy.posts.post_private import PrivateCheck
from policy.posts.post_reading import PostReading, read
from policy.posts.post_words import WordCheck, load_rules

LONGEST = 5000
"""Characters of a post that are read; a longer one is stopped, unread."""
TOO_LONG = Finding(
    "too_long",
    Severity.STOP,
    "2.suggest",
    (),
    f"It is longer than {LONGEST} characters, more than can be checked.",
    "Make it shorter, or link to the whole.",
)
WILL = "2.1.will."
NOT_LISTED = Finding(
    "not_listed",
    Severity.NOTE,
    "2.suggest",
    (),
    "It is none of the things that the policy lists for the page.",
    "Decide whether it belongs there.",
)


class PostChecker:
    """Checks posts against one policy. It holds its lists and rules, so one is built and shared.

    `encode` turns a sentence into a vector, as the encoder of the answers does; without it nothing is said about soft
    meaning. `own`: the trust's own numbers and domains. `standing_consent`: names of staff, as they are written in
    posts, who have consented to be named in any.
    """

    def __init__(
        self,
        policy: Policy,
        encode: Encode | None = None,
        own: OwnContacts | None = None,
        standing_consent: Collection[str] = (),
    ) -> None:
        self._policy = policy
        people = PeopleCheck(NameReader(load_name_lists()), standing_consent)
        self._checks = (
            people,
            ContactCheck(own or OwnContacts()),
            AccountCheck(load_hosts()),
            PrivateCheck(WordCheck(load_rules()), people),
        )
        self._meaning = MeaningCheck(encode, load_heads()) if encode else None

    def __call__(self, post: PostText) -> tuple[Finding, ...]:
        """What the policy says to this post, in the order in which it is read; nothing where it says nothing.

        Raises `PolicyError` where the check cites a clause that the policy does not have.
        """
        if len(post.text) > LONGEST or any(len(link) > LONGEST for link in post.links):
            return (TOO_LONG,)
        found = [_answered(finding, post) for finding in self._found(post, read(post.text))]
        if post.topic and post.topic not in dict(will_post(self._policy)):
            found.append(NOT_LISTED)
        self._prove_clauses(found)
        return tuple(sorted(dict.fromkeys(found), key=_reading_order))

    def _found(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        found = [finding for check in self._checks for finding in check(post, reading)]
        yield from found
        if self._meaning:
            yield from self._meaning(reading, found)

    def _prove_clauses(self, found: list[Finding]) -> None:
        if unknown := sorted({finding.clause for finding in found if finding.clause not in self._policy}):
            name = self._policy.path.name
            raise PolicyError([f"{name}: the check of posts cites {clause}, not in it" for clause in unknown])


def will_post(policy: Policy) -> tuple[tuple[str, str], ...]:
    """What the trust will post (section 2.1), as clause ids and short labels, in the document's order."""
    return tuple((clause.id, clause.title) for clause in policy.clauses if clause.id.startswith(WILL))


def _reading_order(finding: Finding) -> tuple[bool, tuple[Span, ...], int]:
    """By the place of the first words; what stands nowhere in the text comes last, the weightiest first."""
    in_text = tuple(place for place in finding.places if place.start >= 0)
    return not in_text, in_text[:1], -finding.severity.weight


def _answered(finding: Finding, post: PostText) -> Finding:
    """What the author has answered goes along as a note, with the answer."""
    if finding.severity is not Severity.ASK:
        return finding
    if is_recorded(post.consent.get(finding.asks or finding.clause, "")):
        return replace(finding, severity=Severity.NOTE, asks="")
    if answer := post.answers.get(finding.key, "").strip():
        return replace(finding, severity=Severity.NOTE, asks="", answer=answer)
    return finding
