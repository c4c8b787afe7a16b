"""Drops due notifications of cases that retention has deleted: nobody is left to be told."""

from collections.abc import Mapping

import structlog

from bot.delivery.notifier import Deliver
from storage.cases.case_book import CaseBook
from storage.due import Claim
from storage.tables.port import NotFound

log = structlog.get_logger()


def unless_gone(cases: CaseBook, deliver: Mapping[str, Deliver]) -> dict[str, Deliver]:
    """The same deliveries, each of a case, that end with their case instead of being tried for ever."""
    return {kind: _unless_gone(cases, each) for kind, each in deliver.items()}


def _unless_gone(cases: CaseBook, deliver: Deliver) -> Deliver:
    async def attempt(claim: Claim) -> None:
        try:
            await deliver(claim)
        except NotFound:
            try:
                await cases.get(claim.notification.subject)
            except NotFound:
                await cases.due.settle(claim)
                log.info("case_is_gone", kind=claim.notification.kind)
            else:
                raise

    return attempt
