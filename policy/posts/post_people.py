"""Who is named, pictured or spoken to in a suggested post, and whether consent is recorded (policy, section 2.1)."""

import re
from collections.abc import Iterator

from policy.posts.findings import OTHERS, PUPILS, STAFF, Finding, PostText, Severity
from policy.posts.post_names import Kind, Name, is_staff_title, names_in

FULL_NAMES = "2.1.will-not.student-full-names"
CONSENT = "2.1.will-not.names-photos"
MESSAGES = "2.1.will-not.personal-messages"
WHO = {PUPILS: "pupils", STAFF: "members of staff", OTHERS: "other people"}
OF_PUPILS = re.compile(
    r"\b(?:pupils?|students?|child(?:ren)?|years? \d+|class|reception|nursery|boys?|girls?|son|daughter)\b",
    re.IGNORECASE,
)
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

FULL_SAYS = "It gives a full name that may be a pupil's, and the page never carries full names of pupils."
FULL_MEND = "Leave the surname out. If this is a grown-up, write who they are before the name, such as “our governor”."
NAMED_SAYS = "It names somebody, and the page names people only with their consent."
NAMED_MEND = "Say where their consent is recorded, or leave the name out."
SHOWN_SAYS = "It shows or names {who}, and the page does so only with their consent."
SHOWN_MEND = "Say where the consent of each of them is recorded, or leave them out."
REFUSED_SAYS = "Consent has not been given, and the page shows or names nobody without it."
REFUSED_MEND = "Leave that person out, or use another picture."
BESIDE_SAYS = "A first name stands beside a picture of pupils, so that a child can be recognised."
COVERS_MEND = "Make sure that the recorded consent covers each of them, and the name together with a picture."
PICTURED_SAYS = "There are pictures, and nobody is said to be in them."
PICTURED_MEND = "Look whether anybody can be recognised; then their consent is needed."
MESSAGE_SAYS = "It speaks to a particular person or family, and the page carries no messages to specific people."
MESSAGE_MEND = "Ring, write to or see the person through the school's own channels, and write the post for everybody."

KIN = r"(?:parents?|mums?|mummy|dads?|daddy|mother|father|carers?|nan|gran|grandma|grandad|family|brother|sister)"
SPOKEN_TO_BEFORE = re.compile(
    rf"(?:\b(?:dear|hi|hello|hey|hiya|sorry|attention|attn)[ ,]+|\b{KIN} of (?:our )?|\b(?:message|note|reminder"
    r"|letter) (?:for|to) (?:our )?|\b(?:good luck|goodbye|farewell|bye|speedy recovery|get well)[ ,]+)$",
    re.I,
)
BEGINS = re.compile(r"(?:^|[.!?\n])\s*$")
CALLED = re.compile(r"^, ?(?:we|we're|we've|i|i'm|you|you're|your|if you|when you)\b", re.IGNORECASE)
THIRD_PERSON = re.compile(r"\b(?:thank|thanks|grateful|well done|proud)\b", re.I)
SPOKEN_TO_AFTER = re.compile(
    rf"^(?:['’]s {KIN}\b[^.!?]*\b(?:please|ring|call|contact|collect|you|your)\b"
    r"|(?: in year \d+)?, ?(?:please|can you|could you|would you|will you|your|you |we need|we have your|have you"
    r"|do not|don['’]t|come|bring|ring|call))",
    re.I,
)


def check_people(post: PostText) -> Iterator[Finding]:
    """Full names of pupils, consent that is missing, and people who are spoken to."""
    names = list(names_in(_without_school(post)))
    if full := _words(names, Kind.FULL):
        yield Finding(Severity.FORBIDS, FULL_NAMES, full, FULL_SAYS, FULL_MEND)
    yield from _shown(post)
    yield from _named(post, names)
    if spoken_to := tuple(dict.fromkeys(name.words for name in names if _is_spoken_to(post.text, name))):
        yield Finding(Severity.FORBIDS, MESSAGES, spoken_to, MESSAGE_SAYS, MESSAGE_MEND)


def _without_school(post: PostText) -> str:
    """The text with blanks for the school's name, which may be somebody's."""
    if not post.school.strip():
        return post.text
    return re.sub(re.escape(post.school.strip()), lambda name: "." * len(name[0]), post.text, flags=re.IGNORECASE)


def is_recorded(answer: str) -> bool:
    """Whether an answer says where a consent is recorded; "yes" does not."""
    kept = answer.strip()
    letters = sum(character.isalpha() for character in kept)
    if letters < FEWEST_LETTERS or NOT_RECORDED.fullmatch(kept) or REFUSED.search(kept):
        return False
    return HEDGED.search(kept) is None or RECORD.search(kept) is not None


def _shown(post: PostText) -> Iterator[Finding]:
    for group in (PUPILS, STAFF, OTHERS):
        answer = post.consent.get(group, "")
        if group not in post.shows:
            continue
        if REFUSED.search(answer):
            yield Finding(Severity.FORBIDS, CONSENT, (answer,), REFUSED_SAYS, REFUSED_MEND)
        elif not is_recorded(answer):
            says = SHOWN_SAYS.format(who=WHO[group])
            yield Finding(Severity.NEEDS, CONSENT, (), says, SHOWN_MEND, group)
    if post.pictures and not post.shows:
        yield Finding(Severity.NOTE, CONSENT, (), PICTURED_SAYS, PICTURED_MEND)


def _named(post: PostText, names: list[Name]) -> Iterator[Finding]:
    """Names whose consent nobody has spoken of yet are asked for; the others go along, so that somebody looks."""
    if first := _words(names, Kind.FIRST):
        grown_up = post.shows & {STAFF, OTHERS} and not OF_PUPILS.search(post.text)
        yield from _asked(post, first, PUPILS, covered=PUPILS in post.shows or bool(grown_up))
    if grown := [name for name in names if name.kind in (Kind.TITLED, Kind.ADULT)]:
        group = STAFF if any(_is_staff(name) for name in grown) else OTHERS
        words = tuple(dict.fromkeys(name.words for name in grown))
        yield from _asked(post, words, group, covered=bool(post.shows & {STAFF, OTHERS}))


def _asked(post: PostText, words: tuple[str, ...], group: str, *, covered: bool) -> Iterator[Finding]:
    if covered or is_recorded(post.consent.get(group, "")):
        beside = group == PUPILS and post.pictures and PUPILS in post.shows
        yield Finding(Severity.NOTE, CONSENT, words, BESIDE_SAYS if beside else NAMED_SAYS, COVERS_MEND)
    else:
        yield Finding(Severity.NEEDS, CONSENT, words, NAMED_SAYS, NAMED_MEND, group)


def _is_staff(name: Name) -> bool:
    return name.kind is Kind.ADULT or is_staff_title(name.words.split()[0])


def _is_spoken_to(text: str, name: Name) -> bool:
    before, after = text[max(0, name.start - 40) : name.start], text[name.end : name.end + 120]
    if SPOKEN_TO_BEFORE.search(before) or (BEGINS.search(before) and CALLED.match(after)):
        return True
    return SPOKEN_TO_AFTER.match(after) is not None and THIRD_PERSON.search(before) is None


def _words(names: list[Name], kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.words for name in names if name.kind is kind))
