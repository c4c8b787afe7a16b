"""Reads from a sentence whose conduct it is about, where plain words say so: "a colleague is messaging a pupil".

Only who does something counts, never whom it is done to; where two are said to do something, or a name may be used by
somebody else, nobody is named. What is read is shown to the reporter, who says whether it is so.
"""

import re

from storage.cases.case_records import Whose

_NOUNS: dict[Whose, str] = {
    Whose.HEAD: r"head ?-?teachers?|executive head|headmaster|headmistress|principal|head",
    Whose.DSL_TEAM: r"(?:deputy )?(?:designated )?safeguarding (?:lead|officer)|(?:deputy )?dsl|ddsl",
    Whose.STAFF: (
        r"(?:deputy|assistant) head(?: ?-?teacher)?|heads? of \w+|colleagues?|co-?workers?|members? of (?:the )?staff|"
        r"staff members?|staff|supply|(?:supply |cover |class |form |head of year )?teachers?|teaching assistants?|"
        r"tas?|lsas?|tutors?|coach(?:es)?|governors?|volunteers?|contractors?|caretakers?|cleaners?|cooks?|"
        r"receptionists?|librarians?|technicians?|line managers?|managers?|sencos?|trainees?|chair of governors"
    ),
    Whose.PARENT: r"parents?|carers?|mums?|mothers?|dads?|fathers?|grandparents?|step-?(?:mum|dad|mother|father)s?",
    Whose.PUPIL: r"pupils?|students?|child|children|boys?|girls?",
}
_BEFORE = r"(?:a|an|the|my|our|his|her|their|another|this|that|some|one of (?:the|our|my)|two|three|several)"
_DOES = (
    r"(?:(?:is|are|was|were|keeps|keep|kept|started|might be|may be|could be|has been|have been)"
    r"(?: (?:also|always|still|constantly|privately|secretly|now))? (?!being\b)\w{2,}ing"
    r"|(?:has|have)? ?(?:just |privately |secretly )?"
    r"(?:messaged|messages|texted|texts|added|adds|sent|sends|posted|posts|followed|follows|contacted|contacts|"
    r"dm'?d|shared|shares|touched|touches|hugged|hit|hits|groomed|photographed|filmed|invited|friended)\b(?! by\b))"
)
_NOT_THE_ONE_WHO_DOES = re.compile(
    r"\b(?:of|by|from|to|about|with|as|like|for|named|called|than|be|and|or|against|on|at|not)\s*$", re.IGNORECASE
)
_PRETENDED = re.compile(r"\b(?:fake|pretend\w*|impersonat\w*|hacked|cloned|parody|rumou?rs?)\b", re.IGNORECASE)
_FORMER = r"(?!former|ex|retired|old\b)"
_ANY = "|".join(f"(?P<{whose.name}>{nouns})" for whose, nouns in _NOUNS.items())
_DOER = re.compile(rf"\b{_BEFORE} (?:{_FORMER}[\w'’-]+ ){{0,2}}?(?:{_ANY}) {_DOES}", re.IGNORECASE)


def whose_said(text: str) -> Whose | None:
    """Who is said to do something, if it is one of those a report may be about; `None` where that is not plain."""
    plain = " ".join(text.split())
    if _PRETENDED.search(plain):
        return None
    said = {found.lastgroup for found in _DOER.finditer(plain) if _is_plain(found)}
    return Whose[said.pop() or ""] if len(said) == 1 else None


def _is_plain(found: re.Match[str]) -> bool:
    return not _NOT_THE_ONE_WHO_DOES.search(found.string[: found.start()])
