"""Personal information in a suggested post: telephone numbers, e-mail and postal addresses (policy, section 2.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from policy.posts.findings import OWNER, Finding, OwnContacts, PostText, Severity, Span
from policy.posts.post_places import around, places
from policy.posts.post_reading import PostReading, plain

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
} | {"oh": "0", "nought": "0", "o": "0", "l": "1", "i": "1"}
TIMES = {"double": 2, "triple": 3, "treble": 3}
HUNDRED = "hundred"
TOKEN = re.compile(
    rf"double|triple|treble|hundred|{'|'.join(name for name in DIGITS if len(name) > 1)}|[oil](?![a-hjkmnp-z])|\d",
    re.IGNORECASE,
)
SPOKEN = re.compile(rf"(?<![a-z])(?:(?:{TOKEN.pattern})[\s,.–/()-]{{0,3}}){{7,40}}(?![a-z])", re.IGNORECASE)
"""A number in words, or with letters among its digits, such as "oh seven seven double oh" or "07700nine00six54"."""
ORGANISATIONS = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
)
ORGANISATIONS_BEGIN = ("0800", "0808", "0300", "0303", "0330", "0333", "0345", "0344", "0370", "0844", "0845", "116")

BANK_DETAILS = re.compile(
    r"\bsort code\W{0,3}(?:is )?\d{2}\W?\d{2}\W?\d{2}"
    r"|\baccount (?:number|no\.?)?\W{0,3}(?:is )?\d{8}\b|\bIBAN\W{0,3}[A-Z]{2}\d{2}",
    re.IGNORECASE,
)
EMAIL = re.compile(
    r"[\w.+'-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|\b[\w.+-]{1,64} at [\w-]{1,63}(?: dot [a-z]{2,12}){1,3}\b",
    re.IGNORECASE,
)
MAILBOXES = re.compile(
    r"(?:the)?(?:school|main|trust)?(?:office|admin|info|information|enquir(?:y|ies)|reception|head|hr|recruitment|jobs?"
    r"|vacanc(?:y|ies)|contact|hello|attendance|absences?|admissions?|bookings?|events?|library|dpo|feedback|help(?:desk)?"
    r"|support|communications|news|newsletter|transport|catering|lettings|governance|clerk|pta|finance|send?|senco|sendco"
    r"|safeguarding|school|trust|primary|sixthform|exams?|careers|clubs?|music|sports?|pe|uniform|lunch(?:es)?|meals?"
    r"|trips?|parents?|pastoral|nursery|wraparound|breakfast(?:club)?|afterschool(?:club)?|eyfs|ks\d"
    r"|(?:year|yr|y|class|form|room)[-_.]?\w{1,9}|[a-z]+(?:team|club|class|office|dept|department))",
    re.IGNORECASE,
)
SCHOOL = re.compile(r"\.sch\.uk$")
OF_A_SCHOOL = re.compile(r"pta|friends|school|academy|primary|parents|governors|club")
PUBLIC_BODIES = re.compile(r"\.(?:sch|gov|nhs|police|ac|org)\.uk$|\.org$", re.IGNORECASE)
FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|aol|btinternet|sky|talktalk|virginmedia|proton(?:mail)?|msn"
    r"|ntlworld|gmx)\.",
    re.IGNORECASE,
)

SCHOOL_WORDS = re.compile(
    r"\b(?:school|office|reception|academy|trust|switchboard|box office|finance team"
    r"|(?:absence|attendance|school|help|advice) ?line|helpline|council|nhs|police)\b",
    re.IGNORECASE,
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
BANK_SAYS = "It gives details of a bank account, and personal information is taken off the page."
BANK_MEND = "Take them out; payments go through the school's own system."
WHOSE = "Say whose it is: only the school's own, or that of a public place or service, may stand here."


@dataclass(frozen=True)
class _Kind:
    name: str
    says: str
    mend: str


PHONE = _Kind("phone", PHONE_SAYS, PHONE_MEND)
MAIL = _Kind("email", EMAIL_SAYS, EMAIL_MEND)
PLACE = _Kind("address", ADDRESS_SAYS, ADDRESS_MEND)
BANK = _Kind("bank_details", BANK_SAYS, BANK_MEND)


@dataclass(frozen=True)
class _Seen:
    """Something in the text from `start` to `end`, or in a link of its own, whose `words` are then given."""

    kind: _Kind
    severity: Severity
    start: int
    end: int
    words: str = ""

    def place(self, reading: PostReading) -> Span:
        return reading.place(self.start, self.end) if self.start >= 0 else Span(-1, -1, self.words)


class ContactCheck:
    """Looks for personal information; it knows the trust's own numbers and domains."""

    def __init__(self, own: OwnContacts) -> None:
        self._own = own

    def __call__(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        """Personal information in the post: a stop, or asked about where it may be the school's own."""
        found: dict[tuple[_Kind, Severity], list[Span]] = {}
        for seen in self._seen(post, reading):
            if seen.severity is not Severity.CLEAN:
                found.setdefault((seen.kind, seen.severity), []).append(seen.place(reading))
        for (kind, severity), places_found in found.items():
            asks = severity is Severity.ASK
            mend = kind.mend if severity is Severity.STOP else WHOSE
            yield Finding(kind.name, severity, CLAUSE, tuple(places_found), kind.says, mend, OWNER if asks else "")

    def _seen(self, post: PostText, reading: PostReading) -> Iterator[_Seen]:
        yield from self._phones(reading.text)
        yield from self._emails(post, reading)
        for severity, start, end in places(reading.text):
            yield _Seen(PLACE, severity, start, end)
        for found in BANK_DETAILS.finditer(reading.text):
            yield _Seen(BANK, Severity.STOP, *found.span())

    def _phones(self, text: str) -> Iterator[_Seen]:
        for found in NUMBER.finditer(text):
            for written, start in _numbers(found[0]):
                severity = self._phone(written, *around(text, found))
                yield _Seen(PHONE, severity, found.start() + start, found.start() + start + len(written))
        for found in SHORT_NUMBER.finditer(text):
            yield _Seen(PHONE, Severity.STOP, *found.span(1))
        for found in SPOKEN.finditer(text):
            spoken = _spoken(found[0])
            if re.search(r"[a-z]", found[0], re.I) and _is_number(spoken):
                yield _Seen(PHONE, self._phone(spoken, *around(text, found)), *found.span())

    def _phone(self, written: str, before: str, sentence: str) -> Severity:
        """How severe a telephone number is: a mobile's or a home's is certain; the school's own is none."""
        national = _national(written)
        if national in self._own.numbers:
            return Severity.CLEAN
        if national.startswith(("07", "7")):
            return Severity.STOP
        if national.startswith(ORGANISATIONS_BEGIN):
            return Severity.NOTE
        if OWN_WORDS.search(sentence):
            return Severity.STOP
        return Severity.NOTE if SCHOOL_WORDS.search(before) else Severity.ASK

    def _emails(self, post: PostText, reading: PostReading) -> Iterator[_Seen]:
        for found in EMAIL.finditer(reading.text):
            yield _Seen(MAIL, self._email(found[0]), *found.span())
        for link in post.links:
            for found in EMAIL.finditer(plain(link)):
                yield _Seen(MAIL, self._email(found[0]), -1, -1, found[0])

    def _email(self, address: str) -> Severity:
        """How severe an address of e-mail is: a private one is certain; a mailbox of a school is none."""
        together = re.sub(r"\s|\(at\)|\[at\]", lambda found: "" if found[0].isspace() else "@", address).casefold()
        name, _, domain = together.partition("@")
        is_role = MAILBOXES.fullmatch(name) is not None
        if any(domain == own or domain.endswith(f".{own}") for own in self._own.domains) or SCHOOL.search(domain):
            return Severity.CLEAN if is_role else Severity.ASK
        if FREE_MAIL.search(address):
            return Severity.ASK if OF_A_SCHOOL.search(name) else Severity.STOP
        if not is_role:
            return Severity.ASK
        return Severity.NOTE if PUBLIC_BODIES.search(domain) else Severity.ASK


def _national(written: str) -> str:
    """The digits of a number with its nought, and without its country."""
    digits = re.sub(r"\D", "", written)
    digits = digits.removeprefix("00") if digits.startswith("0044") else digits
    return "0" + digits[len("44") :].lstrip("0") if digits.startswith("44") else digits


def _numbers(run: str) -> Iterator[tuple[str, int]]:
    """The telephone numbers in a run of digits, and where they begin; dates, sums and times beside them are none."""
    if _is_number(run):
        kept = run.strip(" .-–—")
        yield kept, run.index(kept)
        return
    groups, at = list(GROUP.finditer(run)), 0
    while at < len(groups):
        ends = range(min(at + MOST_GROUPS, len(groups)) - 1, at - 1, -1)
        starts = groups[at].start()
        parts = [run[starts : groups[end].end()] for end in ends if len(groups[at][0].strip()) >= FIRST_GROUP]
        number = next((part for part in parts if _is_number(part)), None)
        if number:
            yield number.strip(), starts + len(number) - len(number.lstrip())
            at += len(GROUP.findall(number))
        else:
            at += 1


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
    for token in TOKEN.findall(words.lower()):
        if token in TIMES:
            times = TIMES[token]
            continue
        digits += "00" if token == HUNDRED else DIGITS.get(token, token) * times
        times = 1
    return digits
