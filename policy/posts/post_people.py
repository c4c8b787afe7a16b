"""Who is named, pictured or spoken to in a suggested post, and whether consent is recorded (policy, section 2.1)."""

import re
from collections.abc import Collection, Iterator

from policy.posts.consent_words import is_recorded, is_refused
from policy.posts.findings import OTHERS, PUPILS, STAFF, Finding, PostText, Severity, Span
from policy.posts.name_context import KIN, PICTURED, is_kin
from policy.posts.name_lists import fold
from policy.posts.post_names import Name, NameKind, NameReader
from policy.posts.post_reading import PostReading

FULL_NAMES = "2.1.will-not.student-full-names"
CONSENT = "2.1.will-not.names-photos"
MESSAGES = "2.1.will-not.personal-messages"
WHO = {PUPILS: "pupils", STAFF: "members of staff", OTHERS: "other people"}
NAMED = {PUPILS: "pupil_first_name", STAFF: "staff_name", OTHERS: "other_name"}
OF_PUPILS = re.compile(
    r"\b(?:pupils?|students?|child(?:ren)?|years? \d+|class|reception|nursery|boys?|girls?|son|daughter)\b",
    re.IGNORECASE,
)

FULL_SAYS = "It gives a pupil's full name, and the page never carries full names of pupils."
FULL_MEND = "Leave the surname out; an initial will do."
MAYBE_SAYS = "It gives what may be a pupil's full name, and the page never carries full names of pupils."
MAYBE_MEND = "Leave the surname out. If this is a grown-up, write who they are before the name, such as “our governor”."
NAMED_SAYS = "It names somebody, and the page names people only with their consent."
NAMED_MEND = "Say where their consent is recorded, or leave the name out."
SHOWN_SAYS = "It shows or names {who}, and the page does so only with their consent."
SHOWN_MEND = "Say where the consent of each of them is recorded, or leave them out."
REFUSED_SAYS = "Consent has not been given, and the page shows or names nobody without it."
REFUSED_MEND = "Leave that person out, or use another picture."
BESIDE_SAYS = "A first name stands beside a picture of pupils, so that a child can be recognised."
COVERS_MEND = "Make sure that the recorded consent covers each of them, and the name together with a picture."
STANDING_SAYS = "It names a colleague who has given a standing consent."
STANDING_MEND = "Make sure that it covers this post."
PICTURED_SAYS = "There are pictures, and nobody is said to be in them."
PICTURED_MEND = "Look whether anybody can be recognised; then their consent is needed."
MESSAGE_SAYS = "It speaks to a particular person or family, and the page carries no messages to specific people."
MESSAGE_MEND = "Ring, write to or see the person through the school's own channels, and write the post for everybody."
WHERE_SAYS = "It tells where a named child can be found, and the page puts no child at risk."
WHERE_MEND = "Leave out the name, or the place and the time."
SAFETY = "3.safety-risk"

SPOKEN_TO_BEFORE = re.compile(
    rf"(?:\b(?:dear|hi|hello|hey|hiya|sorry|attention|attn)[ ,]+|\b{KIN}s? of (?:our )?|\b(?:message|note|reminder"
    r"|letter) (?:for|to) (?:our )?|\b(?:good luck|goodbye|farewell|bye|speedy recovery|get well|get well soon)[ ,]+"
    r"|\b(?:would|could|can|will) (?:the )?)$",
    re.I,
)
COUPLE = re.compile(r"\b(?:mr|dr)\.? (?:and|&) $", re.IGNORECASE)
"""Before "Mrs Lowndes": parents who are named together."""
BEGINS = re.compile(r"(?:^|[.!?\n])\s*(?:(?:mr|dr)\.? and )?$", re.I)
CALLED = re.compile(
    r"^, ?(?:we|we're|we've|i|i'm|you|you're|your|if you|when you|thank you|thanks|please)\b", re.IGNORECASE
)
THIRD_PERSON = re.compile(r"\b(?:thank|thanks|grateful|well done|proud)\b", re.I)
SPOKEN_TO_AFTER = re.compile(
    rf"^(?:'s {KIN}\b[^.!?]*\b(?:please|ring|call|contact|collect|you|your)\b"
    r"|(?: in year \d+)?, ?(?:please|can you|could you|would you|will you|your|you |we need|we have your|have you"
    r"|do not|don't|come|bring|ring|call))",
    re.I,
)
WISHES_AFTER = re.compile(rf"^(?:'s {KIN})?,? (?:have a|hope you|enjoy your|from (?:all|everyone))\b", re.I)
FAMILY_ASKED = re.compile(r"^\s*(?:family|household)?\s*(?:please|ring|call|contact|collect|get in touch|come)\b", re.I)
HABIT = re.compile(
    r"\b(?:every|each|always on) (?:day|week|night|morning|evening|mon|tues|wednes|thurs|fri|satur|sun)\w*"
    r"|\bwalks? (?:home|to school|back|past)|\blives? (?:at|on|in|near|by|next)",
    re.I,
)
AT_PLACE = re.compile(
    r"\b(?:at|past|by|near|along|through|in|on) (?:the )?(?:[A-Z][\w']+ ){0,3}(?:[Pp]ark|canal|woods?|shops?|bus stop"
    r"|pool|[Ll]eisure [Cc]entre|[Cc]lub|playground|path|alley|bridge|station|[Ss]treet|[Rr]oad"
    r"|[Ll]ane|[Cc]lose|[Aa]venue)\b"
)
SENTENCE_END = re.compile(r"[.!?\n]")


class PeopleCheck:
    """Reads names by its lists. `standing` holds, folded, the names of staff who have given a standing consent."""

    def __init__(self, names: NameReader, standing: Collection[str] = ()) -> None:
        self._names = names
        self._standing = frozenset(_bare(name) for name in standing)

    def __call__(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        """Full names of pupils, consent that is missing, and people who are spoken to."""
        names = list(self._names(_without_school(post, reading.text)))
        yield from _full_names(post, reading, names)
        yield from _shown(post)
        yield from self._named(post, reading, names)
        if spoken_to := [name for name in names if _is_spoken_to(reading.text, name)]:
            places = _places(reading, spoken_to)
            yield Finding("personal_message", Severity.ASK, MESSAGES, places, MESSAGE_SAYS, MESSAGE_MEND)
        if found := [name for name in names if name.kind is NameKind.FIRST and _is_where(reading.text, name)]:
            places = _places(reading, found)
            yield Finding("whereabouts", Severity.ASK, SAFETY, places, WHERE_SAYS, WHERE_MEND)

    def children_in(self, text: str) -> list[tuple[int, int]]:
        """Where children seem to be named in a text."""
        children = (NameKind.FIRST, NameKind.FULL, NameKind.MAYBE_FULL)
        return [(name.start, name.end) for name in self._names(text) if name.kind in children]

    def _named(self, post: PostText, reading: PostReading, names: list[Name]) -> Iterator[Finding]:
        """Names whose consent nobody has spoken of yet are asked for; the others go along, so that somebody looks."""
        first = [name for name in names if name.kind is NameKind.FIRST]
        grown_up = bool(post.shows & {STAFF, OTHERS}) and not OF_PUPILS.search(reading.text)
        yield from _asked(post, PUPILS, _places(reading, first), covered=PUPILS in post.shows or grown_up)
        adults = [name for name in names if name.kind in (NameKind.TITLED, NameKind.ADULT, NameKind.GUEST)]
        families = [name for name in names if name.kind is NameKind.FAMILY]
        staff = [name for name in adults if self._is_staff(reading.text, name)]
        known = [name for name in staff if _bare(name.words) in self._standing]
        shown = bool(post.shows & {STAFF, OTHERS})
        yield from _asked(post, STAFF, _places(reading, [n for n in staff if n not in known]), covered=shown)
        others = [name for name in (*adults, *families) if name not in staff]
        yield from _asked(post, OTHERS, _places(reading, others), covered=shown)
        if known:
            places = _places(reading, known)
            yield Finding("staff_name", Severity.NOTE, CONSENT, places, STANDING_SAYS, STANDING_MEND)

    def _is_staff(self, text: str, name: Name) -> bool:
        """A parent is no member of staff, even with a title."""
        if name.kind is NameKind.GUEST or is_kin(text, name.end) or COUPLE.search(text[: name.start]):
            return False
        return name.kind is NameKind.ADULT or self._names.is_staff_title(name.words.split()[0])


def _bare(name: str) -> str:
    """A name as it is compared: folded, without stops."""
    return " ".join(fold(name).replace(".", " ").split())


def _without_school(post: PostText, text: str) -> str:
    """The text with dots for the school's name, which may be somebody's."""
    if not post.school.strip():
        return text
    return re.sub(re.escape(post.school.strip()), lambda name: "." * len(name[0]), text, flags=re.IGNORECASE)


def _full_names(post: PostText, reading: PostReading, names: list[Name]) -> Iterator[Finding]:
    """Certain beside a picture of pupils, or where the words say that a pupil is meant; else asked about."""
    shown = bool(post.pictures) and PUPILS in post.shows
    full = [name for name in names if name.kind is NameKind.FULL or (shown and name.kind is NameKind.MAYBE_FULL)]
    maybe = [name for name in names if name.kind is NameKind.MAYBE_FULL and name not in full]
    if full:
        places = _places(reading, full)
        yield Finding("pupil_full_name", Severity.STOP, FULL_NAMES, places, FULL_SAYS, FULL_MEND)
    if maybe:
        places = _places(reading, maybe)
        yield Finding("pupil_full_name", Severity.ASK, FULL_NAMES, places, MAYBE_SAYS, MAYBE_MEND)
    if (full or maybe) and PICTURED.search(reading.text) and not post.shows:
        places = _places(reading, full or maybe)
        yield Finding("photo", Severity.ASK, CONSENT, places, SHOWN_SAYS.format(who=WHO[PUPILS]), SHOWN_MEND, PUPILS)


def _shown(post: PostText) -> Iterator[Finding]:
    for group in (PUPILS, STAFF, OTHERS):
        answer = post.consent.get(group, "")
        if group not in post.shows:
            continue
        if is_refused(answer):
            words = (Span(-1, -1, answer),)
            yield Finding("consent_refused", Severity.STOP, CONSENT, words, REFUSED_SAYS, REFUSED_MEND)
        elif not is_recorded(answer):
            says = SHOWN_SAYS.format(who=WHO[group])
            yield Finding("photo", Severity.ASK, CONSENT, (), says, SHOWN_MEND, group)
    if post.pictures and not post.shows:
        yield Finding("photo", Severity.NOTE, CONSENT, (), PICTURED_SAYS, PICTURED_MEND)


def _asked(post: PostText, group: str, places: tuple[Span, ...], *, covered: bool) -> Iterator[Finding]:
    if not places:
        return
    if covered or is_recorded(post.consent.get(group, "")):
        beside = group == PUPILS and post.pictures and PUPILS in post.shows
        says = BESIDE_SAYS if beside else NAMED_SAYS
        yield Finding(NAMED[group], Severity.NOTE, CONSENT, places, says, COVERS_MEND)
    else:
        yield Finding(NAMED[group], Severity.ASK, CONSENT, places, NAMED_SAYS, NAMED_MEND, group)


def _is_spoken_to(text: str, name: Name) -> bool:
    before, after = text[max(0, name.start - 40) : name.start], text[name.end : name.end + 120]
    if name.kind is NameKind.FAMILY:
        return FAMILY_ASKED.match(after) is not None
    if WISHES_AFTER.match(after) or (BEGINS.search(before) and CALLED.match(after)):
        return True
    if found := SPOKEN_TO_BEFORE.search(before):
        asked = re.match(r"(?:would|could|can|will)", found[0], re.I)
        return FAMILY_ASKED.match(after) is not None if asked else True
    return SPOKEN_TO_AFTER.match(after) is not None and THIRD_PERSON.search(before) is None


def _is_where(text: str, name: Name) -> bool:
    """Whether the sentence of a child's name tells a place and a habit."""
    end = SENTENCE_END.search(text, name.end)
    sentence = text[name.end : end.start() if end else len(text)]
    return HABIT.search(sentence) is not None and AT_PLACE.search(sentence) is not None


def _places(reading: PostReading, names: list[Name]) -> tuple[Span, ...]:
    return tuple(reading.place(name.start, name.end) for name in names)
