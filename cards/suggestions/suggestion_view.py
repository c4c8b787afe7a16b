"""A suggested post as its readers see it: as it would look, who is in it, and what the check found."""

from collections.abc import Sequence

from microsoft_teams.cards import CardElement, Container

from cards.kit.elements import Mood, escape, facts, labelled, typed, words
from cards.kit.times import day_said
from cards.suggestions.suggestion_form import WHO, WHOLE_TRUST, who_is_in
from policy.posts.findings import OTHERS, OWNER, PUPILS, RELATION, RIGHTS, STAFF, Finding, Severity
from storage.stored_names import NoOneSchool
from storage.suggestions.suggestion_records import Post, Shown

_LOOKS: dict[Severity, tuple[str, Mood]] = {
    Severity.STOP: ("This cannot be posted", "attention"),
    Severity.ASK: ("To be answered", "warning"),
    Severity.NOTE: ("To look at", "accent"),
}
MAX_FINDINGS = 12
"""Findings on a card; the first are the weightiest."""
_WORDS_SHOWN = 120


def post_view(post: Post, *, gone: bool = False) -> list[CardElement | None]:
    """The post as it would look. `gone`: its pictures are not kept any more."""
    page = WHOLE_TRUST if post.school == NoOneSchool.TRUST_WIDE.value else post.school or "The trust"
    pictures = f"{len(post.pictures)} picture{'' if len(post.pictures) == 1 else 's'}"
    items: list[CardElement] = [
        words(f"{escape(page)} · Facebook", size="Small", is_subtle=True),
        typed(post.text),
        *(typed(link) for link in post.links),
    ]
    if post.pictures:
        items.append(words(f"{pictures}, not kept any more" if gone else pictures, size="Small", is_subtle=True))
    return [Container(items=items, style="emphasis", spacing="Medium")]


def about_view(post: Post) -> list[CardElement | None]:
    """What kind of post it is, who is in it, and where their consent is recorded."""
    short = facts(
        {
            "Kind of post": post.kind,
            "Wanted by": day_said(post.wanted_by),
            "Who is in it": who_is_in(post),
        }
    )
    consent = [
        labelled(f"Consent of {_OF[Shown(who)]}: where it is recorded", where)
        for who, where in post.consent.items()
        if who in set(Shown)
    ]
    met = [
        labelled(f"On {_ASKED.get(asked, 'the condition')}, the author says", said) for asked, said in post.met.items()
    ]
    return [short, *consent, *met]


_ASKED = {
    STAFF: "the consent of staff",
    PUPILS: "the consent of pupils",
    OTHERS: "the consent of those who are named",
    RIGHTS: "the right to use somebody's work",
    RELATION: "what the business has to do with the school",
    OWNER: "whose number, address or page it is",
}
_OF = {Shown.NOBODY: "nobody", Shown.STAFF: "staff", Shown.PUPILS: "pupils", Shown.OTHERS: WHO[Shown.OTHERS].lower()}


def findings_view(findings: Sequence[Finding]) -> list[CardElement | None]:
    """What the check found: the sentence, the words that caused it, the clause, what to do."""
    weighed = sorted(findings, key=lambda finding: -finding.severity.weight)
    return [_finding(finding) for finding in weighed[:MAX_FINDINGS]]


def _finding(finding: Finding) -> Container:
    title, style = _LOOKS[finding.severity]
    section = ".".join(part for part in finding.clause.split(".") if part.isdigit())
    caused = ", ".join(f"“{word[:_WORDS_SHOWN]}”" for word in finding.words[:5])
    items: list[CardElement] = [
        words(f"**{title}:** {escape(finding.says)}"),
        *([typed(caused)] if caused else []),
        *([words(escape(finding.mend), spacing="Small")] if finding.mend else []),
        words(f"Policy, section {section}", size="Small", is_subtle=True, spacing="Small"),
    ]
    return Container(items=items, style=style, spacing="Medium")
