"""The register as the safeguarding team reads it in their own chats: a page of cases, with filters and a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from microsoft_teams.cards import (
    Action,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnSet,
    Container,
    TextInput,
    ToggleVisibilityAction,
)

from cards.kit.elements import Card, action_row, button, card, escape, heading, typed, words
from cards.kit.times import said
from cards.verbs import Verb
from storage.cases.case_records import Kind, Status
from storage.cases.register_lines import Line
from storage.records import Person
from storage.stored_names import school_words, words_of

PAGE = 10
"""Cases on a page."""
ANY = "any"
NOBODY = "nobody"
NO_SCHOOL = "none"
MAX_SEARCH = 300
"""Characters of a search."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see, as the card's fields say it. `ANY`: they do not mind. `page` counts from 0."""

    closed: bool = False
    page: int = 0
    search: str = ""
    status: str = ANY
    school: str = ANY
    kind: str = ANY
    person: str = ANY
    period: str = ANY

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        named = {
            "status": self.status, "school": self.school, "kind": self.kind, "person": self.person,
            "period": self.period,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value != ANY}


@dataclass(frozen=True, slots=True)
class Listed:
    """What there is to see: the cases that fit, in their order, and the choices of the filters."""

    wanted: Wanted
    lines: Sequence[Line]
    now: datetime
    schools: Sequence[str] = ()
    people: Sequence[Person] = ()
    periods: Mapping[str, str] = field(default_factory=dict)
    too_many: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-len(self.lines) // PAGE))

    @property
    def page(self) -> int:
        """The page that is shown: the last one, where there are not so many any more."""
        return min(max(self.wanted.page, 0), self.pages - 1)


def register_card(listed: Listed) -> Card:
    """One page of the register."""
    shown = listed.lines[listed.page * PAGE : (listed.page + 1) * PAGE]
    body: list[CardElement | None] = [
        heading(_title(listed), small=_counted(listed)),
        *(_row(line, listed.now) for line in shown),
        None if shown else words(_nothing(listed.wanted)),
        words("There are more; please say more of the name.", is_subtle=True) if listed.too_many else None,
        action_row(*_pages(listed)) if listed.pages > 1 else None,
        action_row(ToggleVisibilityAction(title="Search and filters", target_elements=["finding"])),
        _finding(listed),
    ]
    return card(body, _actions(listed.wanted), fallback="Cases")


def _title(listed: Listed) -> str:
    if listed.wanted.search:
        return "Cases found"
    return "Closed cases" if listed.wanted.closed else "Open cases"


def _counted(listed: Listed) -> str:
    many = len(listed.lines)
    parts = [f"{many} {'case' if many == 1 else 'cases'}"]
    if urgent := sum(line.urgent and line.status is not Status.CLOSED for line in listed.lines):
        parts.append(f"{urgent} urgent")
    if listed.wanted.closed and not listed.wanted.search:
        parts.append(listed.periods.get(listed.wanted.period, ""))
    if listed.pages > 1:
        parts.append(f"page {listed.page + 1} of {listed.pages}")
    return " · ".join(filter(None, parts))


def _nothing(wanted: Wanted) -> str:
    if wanted.search or wanted.filters:
        return "No case that you deal with fits this."
    return "No case is closed in this time." if wanted.closed else "No case is open."


def _row(line: Line, now: datetime) -> Container:
    """One case: nothing of what was reported. Pressing it opens the case."""
    status = (line.outcome or line.status).words
    who = line.assigned_to.name if line.assigned_to else "nobody yet"
    about = " · ".join(filter(None, (words_of(line.kind), school_words(line.school), words_of(line.platform))))
    end = f"closed {said(line.closed_at)}" if line.closed_at else f"with {who}"
    items: list[CardElement] = [
        words(f"{line.reference} · {escape(status)}{_urgent(line)}", weight="Bolder", color=_colour(line)),
        typed(f"{about}\n{_age(line.raised_at, now)}, {end}", size="Small"),
    ]
    opens = button(f"Open {line.reference}", Verb.OPEN, {"case": line.reference})
    return Container(items=items, select_action=opens, separator=True, spacing="Small")


def _urgent(line: Line) -> str:
    return " · urgent" if line.urgent and line.status is not Status.CLOSED else ""


def _colour(line: Line) -> str:
    return "Attention" if _urgent(line) else "Default"


def _age(raised_at: datetime, now: datetime) -> str:
    days = (now - raised_at).days
    if days < 1:
        return "received in the last 24 hours"
    return "received a day ago" if days == 1 else f"received {days} days ago"


def _pages(listed: Listed) -> list[Action]:
    """Turning the pages. The fields of the card come along, and with them what is looked for."""
    here = {"closed": listed.wanted.closed}
    turns: list[Action] = []
    if listed.page > 0:
        turns.append(button("Previous", Verb.CASES, {**here, "page": listed.page - 1}))
    if listed.page < listed.pages - 1:
        turns.append(button("Next", Verb.CASES, {**here, "page": listed.page + 1}))
    return turns


def _finding(listed: Listed) -> Container:
    """The search and the filters: out of the way until somebody wants them."""
    wanted = listed.wanted
    search = TextInput(
        id="search",
        label="Reference, reporter's name or link",
        placeholder="Looks through open and closed cases",
        max_length=MAX_SEARCH,
        value=wanted.search or None,
    )
    schools = {NO_SCHOOL: "No school", **{school: school_words(school) for school in listed.schools}}
    pairs = [
        (_choices("status", "Status", wanted.status, _statuses(wanted)), _choices("kind", "Kind", wanted.kind, _KINDS)),
        (
            _choices("school", "School", wanted.school, schools),
            _choices("person", "Assigned to", wanted.person, _people(listed.people)),
        ),
    ]
    periods = dict(listed.periods)
    received = _choices("period", "Received in", wanted.period, periods, may_be_any=not wanted.closed)
    is_used = bool(wanted.search or (wanted.filters.keys() - ({"period"} if wanted.closed else set())))
    again = {"closed": wanted.closed, "page": 0}
    return Container(
        id="finding",
        key=f"finding-{hash_of(wanted)}",  # a client that replaces a card may keep what stood in its fields
        is_visible=is_used,
        items=[
            search,
            *(_side_by_side(*pair) for pair in pairs),
            received,
            action_row(
                button("Show", Verb.CASES, again, style="positive"),
                button("Show all", Verb.CASES, {**again, "clear": "yes"}),
            ),
        ],
    )


def hash_of(wanted: Wanted) -> str:
    """Two cards with other things in their fields have another one."""
    return "-".join(filter(str.isalnum, f"{wanted.closed}{wanted.page}{sorted(wanted.filters.items())}{wanted.search}"))


_KINDS = {kind.name: kind.words for kind in Kind}


def _statuses(wanted: Wanted) -> dict[str, str]:
    return {status.name: status.words for status in Status if (status is Status.CLOSED) == wanted.closed}


def _people(people: Sequence[Person]) -> dict[str, str]:
    return {NOBODY: "Nobody yet", **{person.id: person.name for person in people}}


def _choices(id: str, label: str, value: str, options: Mapping[str, str], *, may_be_any: bool = True) -> ChoiceSetInput:
    offered = {ANY: "Any", **options} if may_be_any else options
    return ChoiceSetInput(
        id=id,
        label=label,
        style="compact",
        value=value if value in offered else next(iter(offered), None),
        choices=[Choice(title=escape(title), value=key) for key, title in offered.items()],
    )


def _side_by_side(*fields: CardElement) -> ColumnSet:
    return ColumnSet(columns=[Column(width="stretch", items=[each]) for each in fields])


def _actions(wanted: Wanted) -> list[Action]:
    other = button("Open cases", Verb.CASES, {"closed": False, "clear": "yes"})
    if not wanted.closed:
        other = button("Closed cases", Verb.CASES, {"closed": True, "clear": "yes"})
    export = button("Export this list", Verb.EXPORT_LIST, {"closed": wanted.closed})
    return [other, button("This week", Verb.WEEKLY), export]
