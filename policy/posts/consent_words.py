"""What an answer about consent is worth: whether it says where the consent is recorded, or that it was refused."""

import re

REFUSED = re.compile(
    r"\b(?:refus|declin|withdr|object|said no|says no|no consent|without consent|opted out|denied)", re.I
)
NOT_RECORDED = re.compile(
    r"(?:no|none|nil|n/?a|yes|ok|okay|fine|sure|given|got it|not (?:yet|asked|known|sure|recorded|given|needed).*"
    r"|unknown|unsure|don'?t know.*|do not know.*|dunno|tbc|tba|tbd|pending.*|to follow|later|will ask.*|asking.*"
    r"|waiting.*|haven'?t.*|hasn'?t.*|still.*|i think so|probably.*|maybe.*|should be.*|presume.*|assume.*|[\W\d_]*)",
    re.I,
)
HEDGED = re.compile(
    r"\b(?:sure|think|fine|ok|okay|probably|maybe|should|assum\w+|guess|hope|reckon|might|verbal\w*|happy|don'?t mind"
    r"|usual)\b",
    re.IGNORECASE,
)
RECORD = re.compile(
    r"\b(?:forms?|lists?|spreadsheet|e-?mails?|office|files?|folder|letters?|slips?|sheets?|drive|sharepoint|system|mis|sims"
    r"|arbor|bromcom|classcharts|parentpay|signed|written|register|records?|recorded|database|onedrive|teams|\d{1,4})\b",
    re.IGNORECASE,
)
FEWEST_LETTERS = 3


def is_recorded(answer: str) -> bool:
    """Whether an answer says where a consent is recorded; "yes" does not."""
    kept = answer.strip()
    letters = sum(character.isalpha() for character in kept)
    if letters < FEWEST_LETTERS or NOT_RECORDED.fullmatch(kept) or REFUSED.search(kept):
        return False
    return HEDGED.search(kept) is None or RECORD.search(kept) is not None


def is_refused(answer: str) -> bool:
    """Whether an answer says that somebody refused."""
    return REFUSED.search(answer) is not None
