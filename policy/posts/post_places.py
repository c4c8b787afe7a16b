"""Where somebody lives, or what is where: streets and postcodes in a suggested post, and what stands around them."""

import re
from collections.abc import Iterator

from policy.posts.findings import Severity

AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G"
    "|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW"
    "|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD"
    "|WF|WN|WR|WS|WV|YO|ZE"
)
POSTCODE = re.compile(
    rf"\b(?:{AREAS})\d[\dA-Z]?\s{{0,2}}\d(?!st\b|nd\b|rd\b|th\b)[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE
)
_NAME = r"[A-Z][\w'’.-]{1,24}"
_KINDS = (
    r"(?:[Ss]treet|St|[Rr]oad|Rd|[Aa]venue|Ave|[Ll]ane|Ln|[Cc]lose|[Dd]rive|Dr|[Cc]rescent|Cres|Way|Court|Ct|Place|Pl"
    r"|[Tt]errace|[Gg]rove|Gardens|Gdns|Walk|Row|Hill|Mews|Rise|View|Green|Parade|Square|Park|Fold|Croft|Meadows?|Bank"
    r"|Brow|Cottages?|Drove|Wharf|Villas?|Ridge|Heights)\b"
)
STREET = re.compile(
    rf"\b(?:[Ff]lat|[Aa]partment|[Uu]nit)?\s?\d{{1,4}}[a-zA-Z]?,?\s+(?:(?:{_NAME}|the|of)\s+){{1,3}}{_KINDS}"
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_IN_WORDS = (
    rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_UNITS}))?|ten|eleven|twelve"
    rf"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_UNITS})"
)
NUMBERED = re.compile(
    rf"\b(?:(?:[Nn]umber|[Nn]o\.?|[Hh]ouse|[Ff]lat)\s+(?:\d{{1,4}}[a-z]?|{_IN_WORDS}),?\s+(?:(?:on|in|of|at)\s+)?|{_IN_WORDS},?\s+"
    rf"(?=[A-Z]))(?:{_NAME}\s+){{1,3}}{_KINDS}",
)
"""A house by its number in words, or with "number" before it: "number twelve on Foxglove Close"."""
PLAIN_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,?\s+(?:[a-z'’-]{3,20}\s+){1,2}(?:street|road|rd|avenue|ave|lane|close|drive|crescent|terrace|grove"
    r"|court|gardens|mews|way)\b",
    re.IGNORECASE,
)
NO_STREET = re.compile(r"\d{1,4}[a-z]?,?\s+(?:\w+\s+)?(?:was|were|the|very|so|too|a|all|to|of|is|in|on|at|by)\s", re.I)
HOUSE = re.compile(
    r"\b(?:houses?|home|flat|live|lives|living|mine|address|round to|door|porch|drive|letterbox|doorstep)\b|\bmy\b"
    r"|\b(?:mum|dad|nan|parent|teacher|sister|brother|grandma)'s\b|\w+(?:'s|s') (?:at|house|,)|\bat the \w+s',?",
    re.IGNORECASE,
)
VENUE = re.compile(
    r"\b(?:church|chapel|hall|academy|school|college|centre|theatre|library|museum|zoo|hotel|stadium|club|cathedral|mosque"
    r"|temple|gurdwara|synagogue|station|farm|gallery|arena|university|pool|park|site|office|gardens|castle|abbey|primary"
    r"|high|house|ground)\b[^,(]{0,12}(?:,|\(| at )[^.!?]{0,50}$",
    re.IGNORECASE,
)
STOP = re.compile(r"[!?\n]|\.\s")


def places(text: str) -> Iterator[tuple[Severity, int, int]]:
    """Streets with a house number, and postcodes, and where they begin and end.

    A postcode is certain, and so is a street that somebody is said to live in; a public place named before them makes a
    note of both.
    """
    seen: list[tuple[int, int]] = []
    for pattern in (STREET, NUMBERED, PLAIN_STREET, POSTCODE):
        for found in pattern.finditer(text):
            before, sentence = around(text, found)
            inside = any(start <= found.start() < end for start, end in seen)
            if inside or (pattern is PLAIN_STREET and NO_STREET.match(found[0])):
                continue
            seen.append(found.span())
            yield _severity(pattern is POSTCODE, before, sentence), *found.span()


def _severity(is_postcode: bool, before: str, sentence: str) -> Severity:
    is_home = HOUSE.search(sentence) is not None
    if VENUE.search(before) and not is_home:
        return Severity.NOTE
    return Severity.STOP if is_postcode or is_home else Severity.ASK


def around(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before a match in its sentence, and the whole sentence without the match."""
    start = max((stop.end() for stop in STOP.finditer(text, max(0, found.start() - 300), found.start())), default=0)
    start = max(start, found.start() - 300)
    end = STOP.search(text, found.end())
    before = text[start : found.start()]
    return before, f"{before} {text[found.end() : min(end.start() if end else len(text), found.end() + 300)]}"
