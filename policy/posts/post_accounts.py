"""Links and handles in a suggested post: personal accounts, other platforms, appeals, shops (policy, 2 to 2.3)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from policy.posts.findings import OWNER, Finding, PostText, Severity

HOSTS = Path(__file__).with_name("post_links.yaml")
LINKS = "2.1.will-not.staff-account-links"
CHANNELS = "2.channels"
APPEALS = "2.3.delete.commercial"
SHOPS = "2.1.will-not.business-ads"

URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+"
    r"|(?<![@\w.-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}/[^\s<>\"')\]]*",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w.@/])@\s?([A-Za-z0-9_][\w.]{1,40})")
ORGANISATION = re.compile(
    r"school|academy|primary|infant|junior|nursery|college|trust|partnership|council|museum|zoo|library|theatre|bbc|nspcc"
    r"|nhs|gov|police|charity|foundation|rspb|rspca|unicef|redcross|scouts|guides|university|hospice|church|cathedral|fc$"
    r"|united|official|uk$|england|pta\b|friendsof",
    re.I,
)
PERSONAL_WORDS = re.compile(
    r"(?:^|[_.\d])(?:mr|mrs|miss|ms|sir|coach|teacher|my|the?real)(?:[_.\d]|$)|^(?:mr|mrs|miss)", re.IGNORECASE
)

ACCOUNT_SAYS = (
    "It leads to an account, and the page does not link to staff members' personal accounts; a tag is a link."
)
ACCOUNT_MEND = "Take the account out, and say to ask the school office or the class teacher."
WHOSE_SAYS = "It leads to an account, and the page does not link to staff members' personal accounts."
WHOSE_MEND = "Say whose account it is: an organisation's may stand here, a member of staff's may not."
GROUP_SAYS = "It leads to a messaging group, and Facebook is the only official channel."
GROUP_MEND = "Take the link out, and give the news on the page itself."
APPEAL_SAYS = "It leads to an appeal for money, and posts that ask for donations are taken off the page."
APPEAL_MEND = "Take the link out, and tell what happens without asking for money."
SHOP_SAYS = (
    "It leads to a shop, and the page carries no advertisements for businesses unless directly related to the school."
)
SHOP_MEND = "Take the link out."
SHORT_SAYS = "This short link hides where it leads, so that nobody can check it."
SHORT_MEND = "Give the full address of the page."


def check_accounts(post: PostText) -> Iterator[Finding]:
    """Where the post's links and handles lead."""
    seen: dict[tuple[Severity, str, str, str], dict[str, None]] = {}
    for severity, clause, says, mend, words in (*_links(post), *_handles(post.text)):
        seen.setdefault((severity, clause, says, mend), {})[words] = None
    for (severity, clause, says, mend), words_found in seen.items():
        asks = OWNER if severity is Severity.NEEDS else ""
        yield Finding(severity, clause, tuple(words_found), says, mend, asks)


_Seen = tuple[Severity, str, str, str, str]


def _links(post: PostText) -> Iterator[_Seen]:
    written = [link for link in post.links if link.strip()]
    for link in (*written, *(found[0].rstrip(".,;:!?") for found in URL.finditer(post.text))):
        if said := _link(link.strip()):
            yield (*said, link.strip())


def _link(link: str) -> tuple[Severity, str, str, str] | None:
    host, path = _parts(link)
    if _is(host, _hosts("personal")) or (
        _is(host, frozenset({"youtube.com"})) and re.match(r"@|c/|user/|channel/", path)
    ):
        return _account(path.strip("@/").split("/")[0], to_profile=path != "")
    if _is(host, _hosts("facebook")):
        return _facebook(host, path)
    if _is(host, _hosts("groups")):
        return Severity.FORBIDS, CHANNELS, GROUP_SAYS, GROUP_MEND
    if _is(host, _hosts("appeals")):
        return Severity.FORBIDS, APPEALS, APPEAL_SAYS, APPEAL_MEND
    if _is(host, _hosts("shops")):
        return Severity.FORBIDS, SHOPS, SHOP_SAYS, SHOP_MEND
    return (Severity.NEEDS, LINKS, SHORT_SAYS, SHORT_MEND) if _is(host, _hosts("shortened")) else None


def _facebook(host: str, path: str) -> tuple[Severity, str, str, str] | None:
    """A page, group or event may be the school's; a profile is a person's."""
    first = path.split("/")[0].split("?")[0].casefold()
    if host.endswith("fb.watch") or not first or first in _hosts("facebook_parts"):
        return None
    if first in ("profile.php", "people") or host.endswith("m.me"):
        return Severity.FORBIDS, LINKS, ACCOUNT_SAYS, ACCOUNT_MEND
    name = path.split("/")[1] if first in ("groups", "pages", "pg") and "/" in path else first
    if ORGANISATION.search(name):
        return None
    return _account(name, to_profile=first not in ("groups", "pages", "pg"))


def _account(name: str, *, to_profile: bool) -> tuple[Severity, str, str, str]:
    organisation = ORGANISATION.search(name) and not PERSONAL_WORDS.search(name)
    if organisation or not to_profile:
        return Severity.NEEDS, LINKS, WHOSE_SAYS, WHOSE_MEND
    return Severity.FORBIDS, LINKS, ACCOUNT_SAYS, ACCOUNT_MEND


def _handles(text: str) -> Iterator[_Seen]:
    for found in HANDLE.finditer(text):
        yield (*_account(found[1], to_profile=True), found[0])


def _parts(link: str) -> tuple[str, str]:
    """Host and path of a link, however it is written."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:  # such as an unclosed bracket in a host
        return "", ""
    query = f"?{parts.query}" if parts.query else ""
    return host.casefold(), unquote(parts.path).strip("/") + query


def _is(host: str, hosts: frozenset[str]) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in hosts)


def _hosts(kind: str) -> frozenset[str]:
    return _kinds()[kind]


@cache
def _kinds() -> dict[str, frozenset[str]]:
    data: dict[str, str] = yaml.safe_load(HOSTS.read_text(encoding="utf-8"))
    return {kind: frozenset(hosts.split()) for kind, hosts in data.items()}
