"""Personal information in a suggested post: telephone numbers, e-mail and postal addresses (policy, section 2.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from policy.posts.findings import OWNER, Finding, PostText, Severity
from policy.posts.post_places import around, places

CLAUSE = "2.3.delete.personal-info"
NUMBER = re.compile(r"(?<![\w£$€.,:])(?:\+\s?|\()?\d[\d \t().\-–—_·/]{5,40}\d(?![\w%])")
SHORT_NUMBER = re.compile(
    r"\b(?:call|ring|phone|tel|telephone|text|txt|mobile|mob|number|dial)\b[^\d\n]{1,30}(\d{6,7}|\d{3}\s\d{3,4})(?!\w)",
    re.IGNORECASE,
)
FEWEST_DIGITS, MOST_DIGITS = 9, 15
TIMES_IN_A_ROW = re.compile(r"\b\d{1,2}\.\d{2}(?:[ \t–-]+\d{1,2}\.\d{2})+")
MOBILE = 10
"""Digits of a mobile number, or of one with its area, without the nought."""
DATE_OR_TIME = re.compile(r"(?!00[ \t]?44)\d{2}\D")
"""Two digits by themselves begin a date or a time, hardly a number."""
GROUP = re.compile(r"\+?\s?\(?\d+\)?")
FIRST_GROUP, MOST_GROUPS = 3, 6
"""Digits in the first group of a number that stands among others, and its most groups."""
DIGITS = {
    name: str(value)
    for value, name in enumerate("zero one two three four five six seven eight nine".split())  # noqa: SIM905
} | {"oh": "0", "o": "0", "nought": "0"}
SPOKEN = re.compile(
    r"\b(?:(?:double|triple|treble)[\s-]+)?(?:{words}|\d)\b(?:[\s,.-]+(?:(?:double|triple|treble)[\s-]+)?"
    r"(?:{words}|\d+)\b){{6,20}}".replace("{words}", "|".join(DIGITS))
    .replace("{{", "{")
    .replace("}}", "}"),
    re.IGNORECASE,
)
TIMES = {"double": 2, "triple": 3, "treble": 3}
ORGANISATIONS = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
)
ORGANISATIONS_BEGIN = ("0800", "0808", "0300", "0303", "0330", "0333", "0345", "0344", "0370", "0844", "0845", "116")

EMAIL = re.compile(
    r"[\w.+'-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|\b[\w.+-]{1,64} at [\w-]{1,63}(?: dot [a-z]{2,12}){1,3}\b",
    re.IGNORECASE,
)
MAILBOXES = re.compile(
    r"(?:(?:the)?(?:school|main|trust)?(?:office|admin|info|information|enquir(?:y|ies)|reception|head|hr|recruitment|jobs?"
    r"|vacanc(?:y|ies)|contact|hello|attendance|absences?|admissions?|bookings?|events?|library|dpo|feedback|help(?:desk)?"
    r"|support|communications|news|newsletter|transport|catering|lettings|governance|clerk|pta|finance|send?|senco|sendco"
    r"|safeguarding|school|trust|primary|sixthform|exams?|careers))",
    re.IGNORECASE,
)
PUBLIC_BODIES = re.compile(r"\.(?:sch|gov|nhs|police|ac|org)\.uk$|\.org$", re.IGNORECASE)
FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|aol|btinternet|sky|talktalk|virginmedia|proton(?:mail)?|msn"
    r"|ntlworld|gmx)\.",
    re.IGNORECASE,
)

SCHOOL_WORDS = re.compile(
    r"\b(?:school|office|reception|academy|trust|switchboard|box office|finance team)\b", re.IGNORECASE
)
OWN_WORDS = re.compile(
    r"\b(?:my|me|mine|home|her|his|him|evenings?|mum|dad|weekends?|personal)\b|'s (?:mum|dad)", re.IGNORECASE
)

PHONE_SAYS = "It gives a telephone number, and personal information such as telephone numbers is taken off the page."
PHONE_MEND = "Take the number out; say to ask the school office."
EMAIL_SAYS = "It gives an e-mail address, and personal information is taken off the page."
EMAIL_MEND = "Take the address out; say to ask the school office, or give the office's own address."
ADDRESS_SAYS = "It gives an address, and personal information such as addresses is taken off the page."
ADDRESS_MEND = "Take the address out; say to ask the school office, or name a public place without its house number."
WHOSE = "Say whose it is: only the school's own, or that of a public place or service, may stand here."


@dataclass(frozen=True)
class _Kind:
    says: str
    mend: str


PHONE = _Kind(PHONE_SAYS, PHONE_MEND)
MAIL = _Kind(EMAIL_SAYS, EMAIL_MEND)
PLACE = _Kind(ADDRESS_SAYS, ADDRESS_MEND)
_Seen = tuple[_Kind, Severity, str]


def check_contact(post: PostText) -> Iterator[Finding]:
    """Personal information in the post: forbidden, or to be confirmed where it looks like the school's own."""
    found: dict[tuple[_Kind, Severity], dict[str, None]] = {}
    for kind, severity, words in (
        *_phones(post.text),
        *_emails(post),
        *((PLACE, severity, words) for severity, words in places(post.text)),
    ):
        found.setdefault((kind, severity), {})[words] = None
    for (kind, severity), words_found in found.items():
        needs = severity is Severity.NEEDS
        mend = kind.mend if severity is Severity.FORBIDS else WHOSE
        yield Finding(severity, CLAUSE, tuple(words_found), kind.says, mend, OWNER if needs else "")


def _phones(text: str) -> Iterator[_Seen]:
    for found in NUMBER.finditer(text):
        for written in _numbers(found[0]):
            severity = _phone(written, *around(text, found))
            yield PHONE, severity, written
    for found in SHORT_NUMBER.finditer(text):
        yield PHONE, Severity.FORBIDS, found[1]
    for found in SPOKEN.finditer(text):
        if _is_number(spoken := _spoken(found[0])):
            yield PHONE, _phone(spoken, *around(text, found)), found[0]


def _numbers(run: str) -> Iterator[str]:
    """The telephone numbers in a run of digits; dates, sums and times beside them are none."""
    if _is_number(run):
        yield run.strip(" .-–—")
        return
    groups, at = list(GROUP.finditer(run)), 0
    while at < len(groups):
        ends = range(min(at + MOST_GROUPS, len(groups)) - 1, at - 1, -1)
        parts = [
            run[groups[at].start() : groups[end].end()] for end in ends if len(groups[at][0].strip()) >= FIRST_GROUP
        ]
        number = next((part for part in parts if _is_number(part)), None)
        if number:
            yield number.strip()
            at += len(GROUP.findall(number))
        else:
            at += 1


def _phone(written: str, before: str, sentence: str) -> Severity:
    """How severe a telephone number is."""
    digits = re.sub(r"\D", "", written)
    national = "0" + digits[len("44") :].lstrip("0") if digits.startswith("44") else digits
    if national.startswith(("07", "7")):
        return Severity.FORBIDS
    if national.startswith(ORGANISATIONS_BEGIN):
        return Severity.NOTE
    return Severity.NEEDS if SCHOOL_WORDS.search(before) and not OWN_WORDS.search(sentence) else Severity.FORBIDS


def _is_number(written: str) -> bool:
    """Whether a British number, or one with its country, can be like this. Numbers kept for drama count too."""
    written, digits = written.strip(" .-–—"), re.sub(r"\D", "", written)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return False
    if TIMES_IN_A_ROW.search(written) or DATE_OR_TIME.match(written):
        return False
    without_nought = (digits[0] == "7" and len(digits) == MOBILE) or (digits[:2] == "44" and len(digits) > MOBILE)
    if not (written.startswith(("+", "(0", "0")) or without_nought):
        return False
    try:
        number = phonenumbers.parse(("+" if digits.startswith("44") else "") + written, "GB")
    except NumberParseException:
        return False
    return phonenumbers.is_possible_number(number)


def _spoken(words: str) -> str:
    """A number in words as digits."""
    digits, times = "", 1
    for word in re.findall(r"[a-z]+|\d+", words.lower()):
        if word in TIMES:
            times = TIMES[word]
            continue
        digits += DIGITS.get(word, word) * times
        times = 1
    return digits


def _emails(post: PostText) -> Iterator[_Seen]:
    for text in (post.text, *post.links):
        for found in EMAIL.finditer(text):
            yield MAIL, _email(found[0]), found[0]


def _email(address: str) -> Severity:
    name, _, domain = re.sub(r"\s|\(at\)|\[at\]", lambda found: "" if found[0].isspace() else "@", address).partition(
        "@"
    )
    if not MAILBOXES.fullmatch(name) or FREE_MAIL.search(address):
        return Severity.FORBIDS
    return Severity.NOTE if PUBLIC_BODIES.search(domain) else Severity.NEEDS
