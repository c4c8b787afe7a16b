"""The report walk as a plain state machine: a draft and what the person did in, the next draft out.

No network, no clock, no SDK; `report_dialog.py` keeps the draft and shows its card after each of these.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cards.report_cards import NO_SCHOOL, PLATFORMS, STEPS
from storage.records import Draft, Report, Step, StoredFile

FIELDS = ("school", "platform", "links", "description")
MAX_DESCRIPTION = 4_000
MAX_LINKS = 10
MAX_LINK = 1_000
MAX_KEPT = 25_000
"""Characters of one field that are shown back if they could not be taken; a card has to stay under 80 KB."""

NEEDS_PLATFORM = (
    "Choose where it is. If it is not in the list, choose “Another platform” and name it in the description."
)
NEEDS_SOMETHING = "Give a link, a description or a screenshot: without one of them nobody can find it."
NEEDS_PLACE = "Say where it is, in a few words, so that those who may can find it."
TOO_LONG = "This is {length:,} characters long, and {limit:,} fit. Please shorten it; what you wrote is still here."
CUT = " Only its first {kept:,} characters could be kept."
NOT_A_LINK = "“{word}” is not a link. Paste the address of the post, or leave this empty and describe it below."
TOO_MANY_LINKS = "Up to {limit} links fit in one report. Name the others in the description."

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_YES, _NO = {"yes", "y", "not sure", "maybe"}, {"no", "n", "nope"}


def take_answers(draft: Draft, data: Mapping[str, Any]) -> Draft:
    """Next: the draft with this step's answers and at the next step, or with what is wrong beside its field."""
    if draft.step is Step.DANGER and data.get("danger") in ("yes", "no"):
        return _at(Step.IMAGE, replace(draft, report=replace(draft.report, danger=data["danger"] == "yes")))
    if draft.step is Step.IMAGE and data.get("image") in ("yes", "no"):
        return _at(Step.DETAILS, replace(draft, report=_with_image(draft.report, data["image"] == "yes")))
    if draft.step is Step.DETAILS:
        return _take_details(keep_typed(draft, data))
    return draft


def go_back(draft: Draft, data: Mapping[str, Any]) -> Draft:
    """The step before, with what was typed still there."""
    number = STEPS.index(draft.step)
    return _at(STEPS[max(number - 1, 0)], keep_typed(draft, data))


def keep_typed(draft: Draft, data: Mapping[str, Any]) -> Draft:
    """The draft with what stands in the details' fields, right or wrong."""
    if draft.step is not Step.DETAILS:
        return draft
    typed = {name: str(data[name])[:MAX_KEPT] for name in FIELDS if isinstance(data.get(name), str)}
    return replace(draft, typed={**draft.typed, **typed}, problems=_cut(data))


def details_as_typed(data: Mapping[str, Any], now: datetime) -> Draft | None:
    """The details as they stood on the card that was pressed, for when the kept draft cannot be read."""
    if data.get("step") != Step.DETAILS or not isinstance(data.get("draft"), str):
        return None
    known = str(data.get("known", ""))
    report = Report(danger="d" in known, intimate_image="i" in known)
    return keep_typed(Draft(str(data["draft"]), now, Step.DETAILS, report), data)


def add_text(draft: Draft, text: str) -> tuple[Draft, str]:
    """What was typed in the chat goes to where it belongs; the sentence says where that is."""
    answer = text.strip().casefold().rstrip(".!")
    if draft.step in (Step.DANGER, Step.IMAGE) and answer in _YES | _NO:
        name = "danger" if draft.step is Step.DANGER else "image"
        return take_answers(draft, {name: "yes" if answer in _YES else "no"}), ""
    if draft.step in (Step.DANGER, Step.IMAGE):
        return draft, "I have not taken that into your report yet. Please answer this question first."
    added = replace(draft, added=(*draft.added, text.strip()[:MAX_KEPT]))
    if draft.step is Step.DETAILS:
        return added, "Added to your report. Go on in the card above."
    return _take_details(_at(Step.DETAILS, added)), "Added to your report."


def add_file(draft: Draft, file: StoredFile) -> Draft:
    """The draft with one more screenshot."""
    return replace(draft, report=replace(draft.report, evidence=(*draft.report.evidence, file)))


def takes_files(draft: Draft) -> bool:
    """Files only after the guard: nobody may store an intimate image of a child."""
    return draft.step in (Step.DETAILS, Step.CHECK) and draft.report.intimate_image is False


def is_complete(draft: Draft) -> bool:
    """Whether it may be sent."""
    report = draft.report
    return draft.step is Step.CHECK and None not in (report.danger, report.intimate_image) and not _lacks(report)


def _with_image(report: Report, intimate: bool) -> Report:
    kept = () if intimate else report.evidence
    return replace(report, intimate_image=intimate, evidence=kept, links=() if intimate else report.links)


def _at(step: Step, draft: Draft) -> Draft:
    return replace(draft, step=step)


def _take_details(draft: Draft) -> Draft:
    """The fields and what was added in the chat, checked; the next step only if nothing is wrong."""
    fields = {name: draft.typed.get(name, _held(draft.report, name)) for name in FIELDS}
    said = [_split(text) for text in draft.added]
    description = "\n".join(filter(None, [fields["description"].strip(), *(text for _, text in said)]))
    links, link_problem = _read_links("\n".join([fields["links"], *(link for found, _ in said for link in found)]))
    if draft.report.intimate_image:
        links, link_problem = (), None
    report = replace(
        draft.report,
        platform=fields["platform"] if fields["platform"] in PLATFORMS else "",
        school=fields["school"] if fields["school"] not in ("", NO_SCHOOL) else None,
        links=links,
        description=description[:MAX_DESCRIPTION],
    )
    problems = {**_problems(report, description, link_problem), **draft.problems}
    if problems:
        typed = {**fields, "description": description[:MAX_KEPT]}
        return replace(draft, typed=typed, added=(), problems=problems)
    return replace(draft, step=Step.CHECK, report=report, typed={}, added=(), problems={})


def _problems(report: Report, description: str, link_problem: str | None) -> dict[str, str]:
    problems = {"platform": NEEDS_PLATFORM} if not report.platform else {}
    if link_problem:
        problems["links"] = link_problem
    if len(description) > MAX_DESCRIPTION:
        problems["description"] = TOO_LONG.format(length=len(description), limit=MAX_DESCRIPTION)
    elif not link_problem and (lacking := _lacks(report)):
        problems["description"] = lacking
    return problems


def _lacks(report: Report) -> str:
    if report.intimate_image:
        return "" if report.description else NEEDS_PLACE
    return NEEDS_SOMETHING if report.is_empty else ""


def _cut(data: Mapping[str, Any]) -> dict[str, str]:
    """A field that is too long even to be shown back says so."""
    long = {name: len(data[name]) for name in FIELDS if isinstance(data.get(name), str) and len(data[name]) > MAX_KEPT}
    limits = {"description": MAX_DESCRIPTION, "links": MAX_LINKS * MAX_LINK}
    return {
        name: TOO_LONG.format(length=length, limit=limits.get(name, 100)) + CUT.format(kept=MAX_KEPT)
        for name, length in long.items()
    }


def _held(report: Report, name: str) -> str:
    """What the report holds, as its field shows it."""
    if name == "links":
        return "\n".join(report.links)
    return str(getattr(report, name) or "")


def _split(text: str) -> tuple[list[str], str]:
    """The links in a message, and the message if it is more than its links."""
    words = text.split()
    links = [link for word in words if ("/" in word or word.startswith("www.")) and (link := _as_link(word))]
    return links, "" if len(links) == len(words) else text


def _read_links(text: str) -> tuple[tuple[str, ...], str | None]:
    links: list[str] = []
    for word in text.split():
        link = _as_link(word)
        if link is None:
            return (), NOT_A_LINK.format(word=word[:60])
        if link not in links:
            links.append(link)
    if len(links) > MAX_LINKS:
        return (), TOO_MANY_LINKS.format(limit=MAX_LINKS)
    return tuple(links), None


def _as_link(word: str) -> str | None:
    """The address as a browser would take it, or `None`."""
    word = word.strip("<>()[]\"',;")
    address = word if "://" in word else f"https://{word}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or len(address) > MAX_LINK:
        return None
    return address if _HOST.fullmatch(parts.hostname or "") else None
