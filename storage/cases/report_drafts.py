"""A report that is being written: its step, and the draft that is kept after each."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.cases.case_records import Kind, Report
from storage.draft_book import Drafts
from storage.records import PostedCard
from storage.tables.port import Tables


class Step(StrEnum):
    """The steps of the report walk, in their order."""

    DANGER = "danger"
    WHOSE = "whose"
    KIND = "kind"
    IMAGE = "image"
    DETAILS = "details"
    MORE = "more"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A report that is being written. `id` becomes the submission's id, so that it is sent once only.

    `kind_given`: what led here said what kind it is, so that nobody is asked. `kind_before`: what kind it was before
    it was known to be about an adult of the school. `whose_assumed`: whose conduct it is was read from what led here,
    and nobody has said yet that it is so. `alerted`: somebody may be in danger, so that its case stands already and
    is written on with it. `changing`: a part was opened again from the last step, and next leads back there. `typed`
    holds what was entered into fields but is not taken yet, `problems` why it could not be, field by field. `added`
    is what was sent in the chat meanwhile: the card and its unsent fields stay as they are.
    """

    id: str
    touched_at: datetime
    step: Step = Step.DANGER
    kind_given: bool = False
    kind_before: Kind | None = None
    whose_assumed: bool = False
    alerted: bool = False
    changing: bool = False
    report: Report = field(default_factory=Report)
    card: PostedCard | None = None
    added: tuple[str, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


class DraftBook(Drafts[ReportDraft]):
    """Reports that are being written."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, "drafts", ReportDraft, lambda draft: draft.report.evidence)
