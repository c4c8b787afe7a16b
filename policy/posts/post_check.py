"""The check of a suggested post against the policy, before it travels to a person: offline, the same every time.

It stops what the policy forbids, asks for what it needs, and tells the line manager the rest. It reads words; it does
not understand them. The line manager and the social media team decide.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from policy.document import Policy, PolicyError
from policy.posts.findings import Finding, PostText, Severity
from policy.posts.post_accounts import check_accounts
from policy.posts.post_contact import check_contact
from policy.posts.post_people import check_people, is_recorded
from policy.posts.post_words import check_words

__all__ = ["Finding", "PostText", "Severity", "check_post", "will_post"]

LONGEST = 5000
"""Characters of a post that are read; a longer one is stopped, unread."""
TOO_LONG = Finding(
    Severity.FORBIDS,
    "2.suggest",
    (),
    f"It is longer than {LONGEST} characters, more than can be checked.",
    "Make it shorter, or link to the whole.",
)
ORDER = (Severity.FORBIDS, Severity.NEEDS, Severity.NOTE)
WILL = "2.1.will."
TAG = re.compile(r"#\w+")
NOT_LISTED = Finding(
    Severity.NOTE,
    "2.suggest",
    (),
    "It is none of the things that the policy lists for the page.",
    "Decide whether it belongs there.",
)


def check_post(post: PostText, policy: Policy) -> tuple[Finding, ...]:
    """What the policy says to this post, the strictest first; nothing where it says nothing.

    Raises `PolicyError` where the check cites a clause that the policy does not have.
    """
    if len(post.text) > LONGEST or any(len(link) > LONGEST for link in post.links):
        return (TOO_LONG,)
    clean = replace(post, text=_plain(post.text), links=tuple(_plain(link) for link in post.links))
    found = [_answered(finding, post) for finding in _findings(clean)]
    if post.topic and post.topic not in dict(will_post(policy)):
        found.append(NOT_LISTED)
    if unknown := sorted({finding.clause for finding in found if finding.clause not in policy}):
        raise PolicyError([f"{policy.path.name}: the check of posts cites {clause}, not in it" for clause in unknown])
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: ORDER.index(finding.severity)))


def will_post(policy: Policy) -> tuple[tuple[str, str], ...]:
    """What the trust will post (section 2.1), as clause ids and short labels, in the document's order."""
    return tuple((clause.id, clause.title) for clause in policy.clauses if clause.id.startswith(WILL))


def _findings(post: PostText) -> Iterator[Finding]:
    yield from check_people(post)
    yield from check_contact(post)
    yield from check_accounts(post)
    yield from check_words(post)


def _answered(finding: Finding, post: PostText) -> Finding:
    """A need that the author has answered goes along as a note."""
    if finding.severity is Severity.NEEDS and is_recorded(post.consent.get(finding.asks, "")):
        return replace(finding, severity=Severity.NOTE, asks="")
    return finding


def _plain(text: str) -> str:
    """One shape for letters and digits, without invisible characters, so that both read as they look."""
    kept = unicodedata.normalize("NFKC", text.replace("’", "'").replace("‘", "'"))
    return TAG.sub(_apart, "".join(_shaped(character) for character in kept))


def _apart(tag: re.Match[str]) -> str:
    """The words of a hashtag, each by itself."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag[0])


def _shaped(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    return str(unicodedata.decimal(character, character))
