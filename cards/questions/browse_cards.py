"""The policy to leaf through: its sections, their clauses, what changed, and the security guide as a checklist."""

from datetime import date

from microsoft_teams.cards import Container

from cards.kit.elements import Card, button, card, heading, notice, words
from cards.verbs import Verb
from policy.document import Clause, Policy

GUIDE = "guide"


def contents_card(policy: Policy, today: date) -> Card:
    """The sections; a policy that is due for its review says so."""
    sections = [name for name in policy.sections if policy.in_section(name)]
    items = [
        Container(
            items=[words(_title(policy, name))],
            select_action=button(_title(policy, name), Verb.SECTION, {"section": name}),
            separator=number > 0,
        )
        for number, name in enumerate(sections)
    ]
    return card(
        [heading(policy.title, small=f"{policy.trust} · {policy.citation}"), _overdue(policy, today), *items],
        [button("What changed", Verb.CHANGES), button("Rules for staff", Verb.RULES), button("Ask", Verb.ASK)],
        fallback=policy.title,
    )


def section_card(policy: Policy, section: str) -> Card | None:
    """One section's clauses, each to be opened; the guide as a checklist. `None` if there is no such section."""
    clauses = policy.in_section(section)
    if not clauses:
        return None
    mark = "☐ " if section == GUIDE else ""
    items = [_clause_row(clause, mark, number > 0) for number, clause in enumerate(clauses)]
    return card(
        [heading(_title(policy, section), small=policy.citation), *items],
        [button("All sections", Verb.BROWSE), button("Ask a question", Verb.ASK)],
        fallback=_title(policy, section),
    )


def changes_card(policy: Policy, today: date) -> Card:
    """What is new in this revision."""
    return card(
        [
            heading("What changed in this revision", small=policy.citation),
            *(words(f"- {change}") for change in policy.changes),
            words(f"The policy is to be reviewed by {policy.review_date}.", size="Small", is_subtle=True),
            _overdue(policy, today),
        ],
        [button("All sections", Verb.BROWSE), button("Rules for staff", Verb.RULES)],
    )


def _clause_row(clause: Clause, mark: str, separator: bool) -> Container:
    return Container(
        items=[
            words(f"{mark}**{clause.title}**"),
            words(clause.summary, size="Small", spacing="None"),
        ],
        select_action=button(clause.title, Verb.CLAUSE, {"clause": clause.id}),
        separator=separator,
    )


def _title(policy: Policy, section: str) -> str:
    name = policy.sections[section]
    return f"{section} {name}" if section[0].isdigit() else name


def _overdue(policy: Policy, today: date) -> Container | None:
    if not policy.is_overdue(today):
        return None
    return notice(
        f"This policy was to be reviewed by {policy.review_date}. Ask {policy.ask} if a newer one is in force."
    )
