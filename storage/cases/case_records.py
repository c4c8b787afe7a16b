"""What is kept about a report and its case: plain records, and the rules that sit on them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.chronology import Entry
from storage.records import Person, PostedCard, Refused, StoredFile
from storage.stored_names import ChosenAnswer, OrOpen, School, StoredName


class Kind(StoredName):
    """What a report is about."""

    CONTENT = "content", "Offensive or defamatory content"
    CONTACT = "contact", "Contact from a pupil"
    WORRY = "worry", "A safeguarding worry"


class Whose(ChosenAnswer):
    """Whose conduct a report is about; it decides where the report goes (Keeping Children Safe in Education, 4).

    `PUBLIC` was asked in earlier versions; whoever is outside the school is `PARENT` now.
    """

    PUPIL = "pupil", "A pupil"
    PARENT = "parent", "A parent, or somebody outside the school"
    STAFF = "staff", "A colleague: staff, supply, volunteer, governor or contractor"
    HEAD = "head_teacher", "The head teacher"
    DSL_TEAM = "safeguarding_team", "Somebody in the safeguarding team"
    PUBLIC = "public", "A member of the public"
    UNKNOWN = "unknown", "I do not know"


class Platform(ChosenAnswer):
    """Where it was found."""

    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    SNAPCHAT = "snapchat", "Snapchat"
    TIKTOK = "tiktok", "TikTok"
    WHATSAPP = "whatsapp", "WhatsApp"
    X = "x", "X (Twitter)"
    YOUTUBE = "youtube", "YouTube"
    DISCORD = "discord", "Discord"
    THREADS = "threads", "Threads"
    MESSENGER = "messenger", "Messenger"
    TELEGRAM = "telegram", "Telegram"
    REDDIT = "reddit", "Reddit"
    ROBLOX = "roblox", "Roblox"
    GAME = "game", "Another game"
    TWITCH = "twitch", "Twitch"
    BEREAL = "bereal", "BeReal"
    BLUESKY = "bluesky", "Bluesky"
    LINKEDIN = "linkedin", "LinkedIn"
    PINTEREST = "pinterest", "Pinterest"
    GOOGLE_REVIEWS = "google_reviews", "Google reviews"
    SCHOOL_RATING = "school_rating", "A page that rates schools or teachers"
    FORUM = "forum", "A forum, such as Mumsnet"
    ANOTHER = "another", "Another platform"


class Nature(ChosenAnswer):
    """What kind of content it is; several may fit."""

    OFFENSIVE = "offensive", "Offensive"
    DEFAMATORY = "defamatory", "Defamatory (untrue and harmful)"
    HARASSMENT = "harassment", "Harassment or bullying"
    DISCRIMINATORY = "discriminatory", "Discriminatory"
    THREAT = "threat", "A threat"
    IMPERSONATION = "impersonation", "Impersonation or a fake account"
    PRIVATE_INFORMATION = "private_information", "Private information"
    DAMAGING = "damaging", "Damaging to our reputation"
    SOMETHING_ELSE = "something_else", "Something else"


class AimedAt(ChosenAnswer):
    """Whom the content is about."""

    REPORTER = "reporter", "Me"
    COLLEAGUE = "colleague", "A colleague"
    PUPIL = "pupil", "A pupil"
    PARENT = "parent", "A parent or carer"
    SCHOOL = "school", "The school or the trust"
    SOMEBODY_ELSE = "somebody_else", "Somebody else"


class PupilIs(ChosenAnswer):
    """Whether the pupil who made contact is one of ours."""

    HERE_NOW = "here_now", "A pupil here now"
    FORMER = "former", "A former pupil"
    NOT_SURE = "not_sure", "I am not sure"


class YesNo(ChosenAnswer):
    """The answer to a plain question."""

    NO = "no", "No"
    YES = "yes", "Yes"
    NOT_KNOWN = "not_known", "I do not know"


class Status(StoredName):
    """Where a case stands."""

    RAISED = "raised", "New"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    UNDER_REVIEW = "under_review", "Under review"
    REFERRED = "referred", "Referred"
    CLOSED = "closed", "Closed"


ALLOWED_TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.RAISED: frozenset({Status.ACKNOWLEDGED}),
    Status.ACKNOWLEDGED: frozenset({Status.RAISED, Status.UNDER_REVIEW, Status.REFERRED, Status.CLOSED}),
    Status.UNDER_REVIEW: frozenset({Status.RAISED, Status.REFERRED, Status.CLOSED}),
    Status.REFERRED: frozenset({Status.RAISED, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.RAISED, Status.UNDER_REVIEW}),
}
"""Every step that a case may take; `case_moves.py` says by which action. What goes to others is new for them."""


class Part(ChosenAnswer):
    """As what somebody is concerned by a report."""

    PUPIL = "pupil", "A pupil"
    PARENT = "parent", "A parent or carer"
    COLLEAGUE = "colleague", "A colleague"
    OUTSIDE = "outside", "Somebody outside the school"
    NOT_KNOWN = "not_known", "I do not know"


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody whom a report is about, or who was harmed by it. `name` is as the reporter wrote it."""

    name: str
    part: OrOpen[Part] = None


@dataclass(frozen=True, slots=True)
class Report:
    """What staff send (policy, section 6.1: screenshot, link or description, and the platform).

    `whose`: whose conduct it is about, which decides to whom it goes. `concerned`: who is named in it, and as what.
    `telephone`: where the reporter can be rung.
    `intimate_image`: it shows, or may show, a nude or semi-nude image of somebody under 18. Then no file may be kept.
    """

    kind: Kind | None = None
    danger: bool | None = None
    intimate_image: bool | None = None
    school: School = ""
    platform: OrOpen[Platform] = None
    links: tuple[str, ...] = ()
    description: str = ""
    seen: str = ""
    natures: tuple[Nature, ...] = ()
    discrimination: str = ""
    aimed_at: OrOpen[AimedAt] = None
    whose: OrOpen[Whose] = None
    answered: OrOpen[YesNo] = None
    my_account: str = ""
    pupil: OrOpen[PupilIs] = None
    family: OrOpen[YesNo] = None
    evidence: tuple[StoredFile, ...] = ()
    concerned: tuple[Concerned, ...] = ()
    telephone: str = ""

    @property
    def route(self) -> "Route":
        """To whom it goes, by whose conduct it is about (Keeping Children Safe in Education, part 4).

        An answer that is none of the known ones goes to the chair of governors: it may be about anybody else who
        deals with reports. Where it was not asked, as of a pupil's contact, it is the safeguarding team's.
        """
        return _ROUTES.get(self.whose, Route.CHAIR)

    @property
    def is_about_staff(self) -> bool:
        """It is about an adult of the school, so that it is not the safeguarding team's to deal with."""
        return self.route is not Route.DSL_CHANNEL

    @property
    def place(self) -> "Place":
        """Who is to deal with it: its route, of its school."""
        return Place(self.route, self.school)

    @property
    def is_empty(self) -> bool:
        """Nothing that documents the content (policy, section 6.1)."""
        return not (self.links or self.description or self.evidence)


class Route(StoredName):
    """Where a report goes."""

    DSL_CHANNEL = "safeguarding_team", "the safeguarding team"
    HEAD = "head_teacher", "the head teacher"
    CHAIR = "chair_of_governors", "the chair of governors"


_ROUTES: dict[Whose | None, Route] = {
    **dict.fromkeys((None, Whose.PUPIL, Whose.PARENT, Whose.PUBLIC, Whose.UNKNOWN), Route.DSL_CHANNEL),
    Whose.STAFF: Route.HEAD,
    Whose.DSL_TEAM: Route.HEAD,
    Whose.HEAD: Route.CHAIR,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Who deals with a case: a route, and the school that it is of; no school stands for the trust as a whole."""

    route: Route
    school: School = ""

    @property
    def words(self) -> str:
        """As people see it: "the head teacher of Demo High School"."""
        return f"{self.route.words} of {self.school}" if self.school else f"{self.route.words} of the trust"


class WrongStatus(Refused):
    """The case has moved on; what was asked does not go from there. `case` is its present state."""

    def __init__(self, case: "Case") -> None:
        super().__init__(f"case {case.reference} is {case.status.name}")
        self.case = case


class ChangedSince(WrongStatus):
    """Somebody decided something about the case after the card was made whose button was pressed."""


class MovedMeanwhile(WrongStatus):
    """The case was given to others while its alert was on its way to those who had it."""


class Body(StoredName):
    """To whom a case can be referred."""

    POLICE = "police", "The police"
    LADO = "lado", "The local authority's designated officer (LADO)"
    SOCIAL_CARE = "social_care", "Children's social care"
    REPORT_HARMFUL_CONTENT = "report_harmful_content", "Report Harmful Content"
    PLATFORM = "platform", "The platform itself"
    PREVENT = "prevent", "Prevent (Channel)"
    CEOP = "ceop", "CEOP (online sexual abuse of a child)"
    IWF = "iwf", "The Internet Watch Foundation, or Report Remove"
    HR = "hr", "Human resources"
    DPO = "data_protection_officer", "The data protection officer"
    OTHER = "other", "Somebody else (say whom in a note)"


class Outcome(StoredName):
    """How a case ended."""

    REMOVED = "removed", "The content was removed"
    SPOKEN_TO = "spoken_to", "Those involved were spoken to"
    OTHER_BODY = "other_body", "Another body leads"
    OTHER_POLICY = "other_policy", "Dealt with under another policy"
    NO_BREACH = "no_breach", "Nothing wrong was found"
    NOT_FOUND = "not_found", "It could not be found"
    DUPLICATE = "duplicate", "Dealt with in another case"


DEFINITIONS: dict[Outcome, str] = {
    Outcome.REMOVED: "The post, message or account was taken down, and nothing more is needed.",
    Outcome.SPOKEN_TO: "A pupil, a parent or staff were spoken to, it is settled, and nothing more is needed.",
    Outcome.OTHER_BODY: "It was referred, and what is left to do is theirs.",
    Outcome.OTHER_POLICY: "It goes on as behaviour, complaint or staff conduct, and is recorded there.",
    Outcome.NO_BREACH: "It was looked into: not offensive, not defamatory, no contact that the policy forbids.",
    Outcome.NOT_FOUND: "With what is known, the content or the person could not be identified.",
    Outcome.DUPLICATE: "The same matter is dealt with in another case, which is linked.",
}
"""What each outcome means, so that two people choose the same one."""


@dataclass(frozen=True, slots=True)
class Referral:
    """A case passed on to another body; `number` is their reference, where they gave one."""

    body: Body
    at: datetime
    by: Person
    number: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The handling of one report. `revision` counts its entries; `alert` is the card of those who deal with it.

    `waiting`: its route does not stand yet, and those who can mend that were told. `moves` counts what its team
    decided, so that a button on a card that is older than the last decision is known; `moved_by` made that one.
    `touched_at`: when a person last did something to it. `reviewed_at`: when somebody found that it need not be kept
    longer than its rule says (`retention.py`). `seal` is that of its last entry (`chronology.py`).
    `asked`: the number of the entry with a question that its reporter has not answered yet; 0: none.

    `placed`: who deals with it since it was moved; before that its report says it (`place`). `left_cards`: where its
    cards stood before. `kept_from`: members of its team who do not see it, since they are named in it.
    `being_written`: somebody may be in danger, so it was raised before its report was finished. `danger_taken_back`:
    its reporter said later that nobody is.
    """

    reference: str
    submission: str
    report: Report
    reporter: Person
    raised_at: datetime
    status: Status = Status.RAISED
    acknowledged_by: Person | None = None
    acknowledged_at: datetime | None = None
    alert: PostedCard | None = None
    waiting: bool = False
    withdrawal_asked: bool = False
    assigned_to: Person | None = None
    marked_urgent: bool | None = None
    asked: int = 0
    referrals: tuple[Referral, ...] = ()
    linked: tuple[str, ...] = ()
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    legal_hold: bool = False
    reviewed_at: datetime | None = None
    touched_at: datetime | None = None
    moves: int = 0
    moved_by: Person | None = None
    seal: str = ""
    revision: int = 1
    placed: Place | None = None
    left_cards: tuple[PostedCard, ...] = ()
    kept_from: tuple[Person, ...] = ()
    being_written: bool = False
    danger_taken_back: bool = False

    @property
    def place(self) -> Place:
        """Who deals with it now. All that decides who sees it asks this, and never its report."""
        return self.placed or self.report.place

    @property
    def whose_is_open(self) -> bool:
        """Whether it is not known yet whose conduct it is about, so that its team has to settle it."""
        return self.is_open and self.report.whose in (None, Whose.UNKNOWN)

    def is_kept_from(self, person: Person) -> bool:
        """Whether this person may not see it, whatever team they are in."""
        return any(kept.id.casefold() == person.id.casefold() for kept in self.kept_from)

    @property
    def urgent(self) -> bool:
        """It cannot wait: its team says so, or somebody may be in danger, or an image of a child is involved."""
        if self.marked_urgent is not None:
            return self.marked_urgent
        return bool(self.report.danger or self.report.intimate_image)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status is not Status.CLOSED

    def moved(self, to: Status, **changes: Any) -> "Case":
        """This case in another status. Raises `WrongStatus` if it does not go there from where it is."""
        if to not in ALLOWED_TRANSITIONS[self.status]:
            raise WrongStatus(self)
        return replace(self, status=to, **changes)


class EntryKind(StoredName):
    """What a line of the chronology records."""

    RAISED = "raised", "Report received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ALERTED = "alerted", "Alert delivered"
    WAITING = "waiting", "Waits for its route"
    REPORTER_TOLD = "reporter_told", "Reporter told"
    OPENED = "opened", "Report opened"
    ADDED = "added", "Added by the reporter"
    WITHDRAWAL = "withdrawal", "The reporter asked to withdraw"
    ASSIGNED = "assigned", "Assigned"
    NOTE = "note", "Note"
    URGENCY = "urgency", "Urgency changed"
    ASKED = "asked", "The reporter was asked"
    ANSWERED = "answered", "The reporter answered"
    TOLD = "told", "Message to the reporter"
    REFERRED = "referred", "Referred"
    LINKED = "linked", "Linked to another case"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened"
    SNOOZED = "snoozed", "Reminders put off"
    HOLD = "hold", "Legal hold"
    REMINDED = "reminded", "Reminder sent"
    EVIDENCE = "evidence", "Evidence opened"
    EXPORTED = "exported", "Exported"
    REVIEWED = "reviewed", "Reviewed for deletion"
    NOT_REACHED = "not_reached", "Reporter not reached"
    WRITTEN = "written", "Written on by the reporter"
    FINISHED = "finished", "The report is finished"
    LEFT_UNFINISHED = "left_unfinished", "The reporter did not finish"
    NO_DANGER = "no_danger", "The reporter says that nobody is in danger"
    MOVED = "moved", "Moved"
    WHOSE = "whose", "Whose conduct it is"
    KEPT_FROM = "kept_from", "Kept from a member of the team"
    SHOWN_AGAIN = "shown_again", "Shown again to a member of the team"


CaseEntry = Entry[EntryKind]
"""One line of a case's chronology."""


class NotificationKind(StrEnum):
    """Whom a due notification of a case tells, and what."""

    ALERT = "alert"
    CARD = "card"
    REPORTER = "reporter"
    WAITING = "waiting"
    REPORTER_WAITS = "reporter-waits"
    ADDED = "added"
    ASSIGNED = "assigned"
    QUESTION = "question"
    MESSAGE = "message"
    REPORTER_STATUS = "reporter-status"
    REMIND = "remind"
    ELSEWHERE = "elsewhere"
    REPORTER_MOVED = "reporter-moved"
