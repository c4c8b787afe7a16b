"""Which post an address leads to, however it was written or shared: one post is one post, two are never one.

An address is read without fetching it. Redirectors (Safe Links, l.facebook.com, log-in pages) are taken off, what only
tracks who shared it is left out, and `platforms.yaml` says what in the rest names the post. An address that no rule
knows is itself alone: host, path, and all behind the question mark but tracking.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

import yaml

from storage.cases.case_records import Platform

TABLE = Path(__file__).with_name("platforms.yaml")
MOST_REDIRECTS = 5
"""Redirectors within redirectors; more than so many are no way in which people share things."""
_SAME_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|web|mbasic|touch|d|l|lm|old|new|np|amp|free|ptb|canary|business)\.)+")
_LANGUAGE = re.compile(r"^[a-z]{2}(?:-[a-z]{2})?\.(?=facebook\.com|linkedin\.com|pinterest\.com)")
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9_-]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s/?#&=@]+(?:@|%40)[^\s/?#&=@]+\.[a-z]{2,}", re.IGNORECASE)
_PART = re.compile(r"\{(_?\w+)(?::(\w+))?\}|(\*\*)")
_ANY_CASE = frozenset({"account", "group", "channel", "company", "kind"})
"""What sites find in capitals and in small letters alike."""
_SHAPES = {"number": r"\d+", "code": r"[\w-]+"}


@dataclass(frozen=True, slots=True)
class PostAddress:
    """An address, read.

    `kept`: the address for the case, as it can be opened: no redirector, no tracking, nobody's e-mail address.
    `identity`: the same text for two addresses of one post, and for no other post. `platform`: where it stands, if that
    is known. `names_post`: a rule read which post or account it is.
    """

    kept: str
    identity: str
    platform: Platform | None = None
    names_post: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    host: str
    path: re.Pattern[str]
    query: Mapping[str, str]
    also: Sequence[str]
    is_account: bool


@dataclass(frozen=True, slots=True)
class _Site:
    platform: Platform
    hosts: tuple[str, ...]
    rules: tuple[_Rule, ...]
    is_tracking: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Redirector:
    host: str
    path: re.Pattern[str]
    query: tuple[str, ...]
    in_path: bool


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    fragment: str


def read_address(link: str) -> PostAddress:
    """The address as the case keeps it, and which post it names. Text that is no web address is itself alone."""
    parts = _unwrapped(_parts_of(link))
    if parts is None:
        return PostAddress(link, link.strip())
    site = next((site for site in _SITES if _is_on(site, parts)), None)
    is_tracking = site.is_tracking if site else _TRACKING
    parts = _without(parts, is_tracking)
    kept = _as_address(parts)
    named = _identity_on(site, parts) if site else None
    if site and named:
        return PostAddress(kept, named, site.platform, names_post=True)
    return PostAddress(kept, _as_itself(parts), site.platform if site else None)


def _parts_of(link: str) -> _Parts | None:
    text = "".join(link.split())
    text = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    except (ValueError, UnicodeError):
        return None
    is_plain = "\\" not in text and parts.username is None  # else browsers and Python may read its host differently
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not is_plain:
        return None
    return _Parts(parts.scheme, host + port, parts.path, query, parts.fragment)


def _unwrapped(parts: _Parts | None) -> _Parts | None:
    """What the address leads to, as far as it says so itself."""
    for _ in range(MOST_REDIRECTS):
        inner = _parts_of(_led_to(parts)) if parts else None
        if inner is None:
            break
        parts = inner
    return parts


def _led_to(parts: _Parts) -> str:
    for redirector in _REDIRECTORS:
        if _is_below(parts.host, redirector.host) and redirector.path.fullmatch(parts.path.rstrip("/") or "/"):
            if redirector.in_path:
                return _rest_of(parts)
            values = (value for name in redirector.query for key, value in parts.query if key == name and value)
            target = next(values, "")
            return urljoin(f"{parts.scheme}://{parts.host}/", target) if target.startswith("/") else target
    return ""


def _rest_of(parts: _Parts) -> str:
    """The address that a path ends with: `/amp/s/HOST/PATH`, `/v3/__https://…__;…`."""
    found = re.match(r"/v3/__(https?:/+.+?)__", parts.path) or re.match(r"/amp/s/(.+)", parts.path)
    return re.sub(r"^(https?):/+", r"\1://", found[1]) if found else ""


def _is_on(site: _Site, parts: _Parts) -> bool:
    hosts = (host.partition("/") for host in site.hosts)
    return any(_is_below(parts.host, host) and parts.path.lstrip("/").startswith(path) for host, _, path in hosts)


def _is_below(host: str, site: str) -> bool:
    return not site or host == site or host.endswith(f".{site}")


def _without(parts: _Parts, is_tracking: re.Pattern[str]) -> _Parts:
    """Less what only tracks, and less what holds somebody's e-mail address."""
    query = tuple(
        (name, value) for name, value in parts.query if not is_tracking.fullmatch(name) and not _MAIL.search(value)
    )
    fragment = "" if _MAIL.search(parts.fragment) else parts.fragment
    return _Parts(parts.scheme, parts.host, parts.path, query, fragment)


def _as_address(parts: _Parts) -> str:
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    query = urlencode(parts.query, safe=":/@!,", quote_via=partial(quote))
    return urlunsplit((parts.scheme, parts.host, parts.path, query, fragment))


def _as_itself(parts: _Parts) -> str:
    """For an address that no rule knows: nothing is left out that could tell two posts apart."""
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    query = urlencode(sorted(parts.query))
    return f"{_plain_host(parts.host)}{parts.path.rstrip('/')}?{query}#{route}"


def _plain_host(host: str) -> str:
    return _SAME_HOST.sub("", _LANGUAGE.sub("", host))


def _identity_on(site: _Site, parts: _Parts) -> str | None:
    path = unquote(parts.path).rstrip("/") or "/"
    given = dict(reversed(parts.query))
    for rule in site.rules:
        found = rule.path.fullmatch(path) if _is_below(_plain_host(parts.host), rule.host) else None
        if found and (named := _named_in(rule, found, given)) and not (rule.is_account and _asks_more(rule, given)):
            return f"{site.platform.value}:{':'.join(named)}"
    return None


def _asks_more(rule: _Rule, given: Mapping[str, str]) -> bool:
    """`facebook.com/search?q=…` has the shape of an account's address and is none."""
    return bool(given.keys() - rule.query.keys())


def _named_in(rule: _Rule, found: re.Match[str], given: Mapping[str, str]) -> list[str] | None:
    """What names the post: the parts of the path and of the query that the rule says, in its order."""
    named = [_said(name, value) for name, value in found.groupdict().items() if not name.startswith("_")]
    for name, wanted in rule.query.items():
        if not given.get(name) or (wanted.startswith("=") and given[name] != wanted[1:]):
            return None
        named += [] if wanted.startswith("=") else [_said(wanted, given[name])]
    return named + [f"{name}={given[name]}" for name in rule.also if given.get(name)]


def _said(name: str, value: str) -> str:
    """The number or code of a post by itself; all else with what it is, so that an event is never a post."""
    return value if name == "post" else f"{name}={value.casefold().lstrip('@') if name in _ANY_CASE else value}"


def _pattern(path: str) -> re.Pattern[str]:
    made, end = "", 0
    for part in _PART.finditer(path):
        shape = r".*" if part[3] else f"(?P<{part[1]}>{_SHAPES.get(part[2] or '', part[2] or r'[^/]+')})"
        made += re.escape(path[end : part.start()]) + shape
        end = part.end()
    return re.compile((made + re.escape(path[end:])).replace("/.*", "(?:/.*)?"), re.IGNORECASE)


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name).replace(r"\*", ".*") for name in names), re.IGNORECASE)


def _rules(rows: Sequence[Mapping[str, Any]], *, is_account: bool) -> Iterator[_Rule]:
    for row in rows:
        yield _Rule(row.get("host", ""), _pattern(row["path"]), row.get("query", {}), row.get("also", ()), is_account)


def _site(name: str, row: Mapping[str, Any], everywhere: Sequence[str]) -> _Site:
    posts = _rules(row.get("posts", ()), is_account=False)
    accounts = _rules(row.get("accounts", ()), is_account=True)
    tracking = _any_of([*everywhere, *row.get("tracking", ())])
    return _Site(Platform(name), tuple(row["hosts"]), (*posts, *accounts), tracking)


def _redirector(row: Mapping[str, Any]) -> _Redirector:
    query = row.get("query", ())
    names = (query,) if isinstance(query, str) else tuple(query)
    return _Redirector(row["host"], _pattern(row.get("path", "/**")), names, bool(row.get("rest")))


_READ: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
_TRACKING = _any_of(_READ["tracking"])
_SITES = tuple(_site(name, row, _READ["tracking"]) for name, row in _READ["platforms"].items())
_REDIRECTORS = tuple(_redirector(row) for row in _READ["redirectors"])
