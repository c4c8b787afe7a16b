"""Links and handles in a suggested post: personal accounts, other platforms, appeals, shops (policy, 2 to 2.3)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from policy.posts.findings import OWNER, RELATION, Finding, PostText, Severity, Span
from policy.posts.post_reading import PostReading, plain

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
PLATFORM = re.compile(
    r"\b(?:insta|instagram|tik ?tok|twitter|snap|snapchat|youtube|threads|bluesky|linkedin|socials|x)\b", re.IGNORECASE
)
BARE_HANDLE = re.compile(
    r"(?<![\w.@/:-])(?=[\w.]*[a-z])[a-z0-9]+(?:[._](?!(?:co|com|org|uk|net|gov|tv|sch|ac|me|io)\b)[a-z0-9]+)+(?![\w@/.]*[@/])",
    re.IGNORECASE,
)
"""An account's name without its sign, such as coach_dan or mrs.lee.teaches, where a platform is named."""
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


@dataclass(frozen=True)
class _Said:
    """What is said of one link or handle."""

    kind: str
    severity: Severity
    clause: str
    says: str
    mend: str


ACCOUNT = _Said("personal_account", Severity.STOP, LINKS, ACCOUNT_SAYS, ACCOUNT_MEND)
WHOSE = _Said("personal_account", Severity.ASK, LINKS, WHOSE_SAYS, WHOSE_MEND)
GROUP = _Said("channel", Severity.STOP, CHANNELS, GROUP_SAYS, GROUP_MEND)
APPEAL = _Said("donation", Severity.ASK, APPEALS, APPEAL_SAYS, APPEAL_MEND)
SHOP = _Said("business", Severity.ASK, SHOPS, SHOP_SAYS, SHOP_MEND)
SHORT = _Said("link", Severity.ASK, LINKS, SHORT_SAYS, SHORT_MEND)
ASKS = {WHOSE: OWNER, SHORT: OWNER, SHOP: RELATION}


class AccountCheck:
    """Looks where a post's links and handles lead."""

    def __init__(self, hosts: Mapping[str, frozenset[str]]) -> None:
        self._hosts = hosts

    def __call__(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        """Where the post's links and handles lead."""
        found: dict[_Said, dict[Span, None]] = {}
        for said, place in (*self._links(post, reading), *_handles(reading)):
            found.setdefault(said, {})[place] = None
        for said, places in found.items():
            yield Finding(
                said.kind, said.severity, said.clause, tuple(places), said.says, said.mend, ASKS.get(said, "")
            )

    def _links(self, post: PostText, reading: PostReading) -> Iterator[tuple[_Said, Span]]:
        for link in post.links:
            if said := self._link(plain(link).strip()):
                yield said, Span(-1, -1, link.strip())
        for found in URL.finditer(reading.text):
            link = found[0].rstrip(".,;:!?")
            if said := self._link(link):
                yield said, reading.place(found.start(), found.start() + len(link))

    def _link(self, link: str) -> _Said | None:
        host, path = _parts(link)
        if self._is(host, "personal") or (
            host in ("youtube.com", "youtu.be") and re.match(r"@|c/|user/|channel/", path)
        ):
            return _account(path.strip("@/").split("/")[0], to_profile=path != "")
        if self._is(host, "facebook"):
            return self._facebook(host, path)
        kinds = {"groups": GROUP, "appeals": APPEAL, "shops": SHOP, "shortened": SHORT}
        return next((said for kind, said in kinds.items() if self._is(host, kind)), None)

    def _facebook(self, host: str, path: str) -> _Said | None:
        """A page, group or event may be the school's; a profile is a person's."""
        first = path.split("/")[0].split("?")[0].casefold()
        if host.endswith("fb.watch") or not first or first in self._hosts["facebook_parts"]:
            return None
        if first in ("profile.php", "people") or host.endswith("m.me"):
            return ACCOUNT
        name = path.split("/")[1] if first in ("groups", "pages", "pg") and "/" in path else first
        if ORGANISATION.search(name):
            return None
        return _account(name, to_profile=first not in ("groups", "pages", "pg"))

    def _is(self, host: str, kind: str) -> bool:
        return any(host == known or host.endswith(f".{known}") for known in self._hosts[kind])


def load_hosts() -> dict[str, frozenset[str]]:
    """The kinds of hosts, read from their file."""
    data: dict[str, str] = yaml.safe_load(HOSTS.read_text(encoding="utf-8"))
    return {kind: frozenset(hosts.split()) for kind, hosts in data.items()}


def _account(name: str, *, to_profile: bool) -> _Said:
    organisation = ORGANISATION.search(name) and not PERSONAL_WORDS.search(name)
    return WHOSE if organisation or not to_profile else ACCOUNT


def _handles(reading: PostReading) -> Iterator[tuple[_Said, Span]]:
    for found in HANDLE.finditer(reading.text):
        yield _account(found[1], to_profile=True), reading.place(*found.span())
    if PLATFORM.search(reading.text):
        for found in BARE_HANDLE.finditer(reading.text):
            yield _account(found[0], to_profile=True), reading.place(*found.span())


def _parts(link: str) -> tuple[str, str]:
    """Host and path of a link, however it is written."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:  # such as an unclosed bracket in a host
        return "", ""
    query = f"?{parts.query}" if parts.query else ""
    return host.casefold(), unquote(parts.path).strip("/") + query
