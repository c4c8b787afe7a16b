"""What stands around a name: whether a pupil is spoken of, or a grown-up."""

import re

NEAR = 70
"""Characters before and after a name that are read."""

_CLASS = (
    r"\b(?:years?|yr|y)\s?\d|\d{1,2}(?!am|pm|st|nd|rd|th|km|kg|cm|mm|m\b|p\b)[a-z]{1,2}\b|reception\b|nursery\b|class\b"
    r"|form\b|(?:aged?|age)\s\d|\d{1,2}\)|(?:in|from|of)\syear\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven)"
)
CLASS_AFTER = re.compile(rf"^(?:'s)?\s*[,(–-]?\s*(?:(?:of|from|in|who is in|is in)\s+)?(?:our\s+)?(?:{_CLASS})", re.I)
CLASS_BEFORE = re.compile(
    rf"(?:{_CLASS})\w*(?:'s)?\s*[,:–-]?\s*(?:very own\s+)?(?:pupils?|students?)?"
    r"(?:\s+(?:star|champion|captain))?\s*$",
    re.I,
)
DID = re.compile(
    r"^,?\s*(?:who\s+)?(?:has\s+|have\s+)?(?:won|wins|came|comes|scored|achieved|received|represented|passed|gained|finished"
    r"|earned|collected|beat|swam|ran|sang|played|performed|danced|painted|built|wrote|designed|baked)\b",
    re.I,
)
PRAISED = re.compile(
    r"(?:congratulations|congrats|well done|kudos|bravo|hats off|shout[- ]?out|pupils?|students?|prefects?|captains?"
    r"|boy|girl|winners?|week|month|match|awarded|presented|proud of|prize|champion|star|snap of|picture of|photo of"
    r"|played by|goes to|won by|birthday)\s*[,:–-]?\s*"
    r"(?:(?:also|again|to|for|our|are|is|goes|year \d+)\s*[,:]?\s*){0,3}$",
    re.I,
)
PUPIL_WORDS = re.compile(
    r"\b(?:pupils?|students?|years? \d+|class|boys?|girls?|he|she|his|hers?|him|son|daughter|aged?|won|wins?"
    r"|winners?|prizes?|medals?|trophy|captains?|players?|stars?|readers?|read|scored|played|performed|sang|painted"
    r"|painting|pictured|photo|congratulations|congrats|well done|proud|birthday|certificates?|award(?:ed)?|grade|gold"
    r"|silver|bronze|left to right|champion|passed|goal|team|cup|poem|drawing|solo|thank you|thanks|meet|here is)\b",
    re.IGNORECASE,
)
CERTAIN = re.compile(
    r"\b(?:pupils?|students?|years? \d+|head (?:boy|girl)|boys?|girls?|aged? \d|won|wins?|winners?|prizes?|medals?"
    r"|trophy|scored|performed|sang|painted|certificates?|award(?:ed)?|congratulations|congrats|well done|proud"
    r"|art by|here is|a level|gcses?|grade|captain)\b|\b\d{1,2}[a-z]\b|\*s\b",
    re.IGNORECASE,
)
"""Words by which somebody who is named in full is a pupil rather than a grown-up."""
PICTURED = re.compile(
    r"\b(?:pictured|in the (?:picture|photo)|left to right|l-r|snap(?:ped|s)?|photo(?:graph)?s? of|pictures? of|here is"
    r"|look at)\b",
    re.IGNORECASE,
)
KIN = r"(?:mum|dad|mummy|daddy|mother|father|parents?|nan|gran|grandma|grandad|grandfather|grandmother|family|carer)"
KIN_AFTER = re.compile(rf"^'s\s+{KIN}\b", re.IGNORECASE)
KIN_OF = re.compile(rf"^\s*[,(–-]?\s*(?:who is\s+|is\s+)?(?:a |the |one of our )?(?:proud |lovely )?{KIN}s?\b", re.I)
"""After a name: the one who is named is somebody's parent, whatever their title."""
YOUNG = re.compile(r"\b(?:young|budding|years?\s\w+|pupil|student|junior|little|school)\s+(?:\w+\s+)?$", re.I)
TO_BE = (
    r"^,?\s*(?:(?:is|as|becomes?|became|joins?|joined|has|been|who|will be|starts?|us|our|the|a|an|new|former|assistant"
    r"|appointed|executive|lead|class|science|maths|english|music|pe|school|lunchtime|deputy|chief)\s+){0,6}"
)
NOT_A_PUPILS = r"s?\b(?!\s+(?:boy|girl|pupil|student|of year))"


def is_strong(text: str, start: int, end: int) -> bool:
    """Whether what stands right beside a name says that a pupil is spoken of."""
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    if KIN_AFTER.match(after):
        return True
    return bool(PRAISED.search(before) or CLASS_BEFORE.search(before) or CLASS_AFTER.match(after) or DID.match(after))


def is_near_a_pupil(text: str, start: int) -> bool:
    """Whether words around a name may speak of a pupil."""
    return PUPIL_WORDS.search(text, max(0, start - NEAR), start + 2 * NEAR) is not None


def is_certain(text: str, start: int, end: int) -> bool:
    """Whether words around a name certainly do."""
    return CERTAIN.search(text, max(0, start - NEAR), end + NEAR) is not None


def is_kin(text: str, end: int) -> bool:
    """Whether the one whose name ends here is said to be a parent or of the family."""
    return KIN_OF.match(text[end : end + NEAR]) is not None
