"""Links in what people write. What is a link is decided by linkify-it, which many chat clients use too."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.main import Match  # type: ignore[import-untyped]
from linkify_it.tlds import TLDS  # type: ignore[import-untyped]

MAX_LINKS = 10
MAX_LINK = 1_000
"""Characters of one link."""

NOT_A_LINK = "“{word}” is not a link. Paste the address of the post, or leave this empty and describe it."
TOO_MANY_LINKS = "Up to {limit} links fit in one report. Name the others in the description."

_FINDER = LinkifyIt(options={"fuzzy_email": False}).tlds(TLDS)
for _schema in ("ftp:", "mailto:", "//"):
    _FINDER.add(_schema, None)


def split_links(text: str) -> tuple[list[str], str]:
    """The links in a message, and the message; it is empty if there was nothing in it but links.

    A site that is only named, such as "facebook.com", is no link to anything: it stays a word of the message.
    """
    found = [(match, link) for match in _matches(text) if _leads_somewhere(match.text) and (link := _address(match))]
    return [link for _, link in found], text if _says_more(text, [match for match, _ in found]) else ""


def read_links(text: str) -> tuple[tuple[str, ...], str]:
    """The links in a field for links, each once, and the sentence that says what is wrong with it."""
    links: dict[str, None] = {}
    for word in _BETWEEN.sub(" ", text).split():
        link = _only_link_in(word)
        if link is None:
            return (), NOT_A_LINK.format(word=word[:60])
        links[link] = None
    if len(links) > MAX_LINKS:
        return (), TOO_MANY_LINKS.format(limit=MAX_LINKS)
    return tuple(links), ""


def _only_link_in(word: str) -> str | None:
    """The link that this word is, brackets and commas around it aside; in a field for links any host will do."""
    tried = word if "://" in word else f"https://{word.lstrip(_BRACKETS)}"
    found = list(_matches(tried))
    return _address(found[0]) if len(found) == 1 and not _says_more(tried, found) else None


_BETWEEN = re.compile(r"[,;]+(?=(?:https?://|www\.))", re.IGNORECASE)
"""Between two links that stand without a space; a comma elsewhere may be a part of an address."""
_BRACKETS = "<>()[]\"',;"


def _matches(text: str) -> Iterator[Match]:
    yield from _FINDER.match(text) or ()


def _leads_somewhere(link: str) -> bool:
    return "/" in link or link.casefold().startswith("www.")


def _says_more(text: str, found: list[Match]) -> bool:
    """Whether there are words beside these links."""
    for match in reversed(found):
        text = text[: match.index] + text[match.last_index :]
    return any(map(str.isalnum, text))


def _address(match: Match) -> str | None:
    """The address as a browser would take it, or `None` where a browser and Python might read its host differently."""
    address: str = match.text if match.schema else f"https://{match.text}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    return address if "." in host and "\\" not in address and len(address) <= MAX_LINK else None
