"""python -m storage: looking after what is kept, on the storage that the environment names (see README, Settings).

verify                       prove that cases and suggestions are what the bot wrote; exit code 1 where they are not
retention [--dry-run]        what is to be reviewed; delete what is past its date and was reviewed
reviewed REFERENCE --by NAME somebody looked at a closed case: it may go when its date comes
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from cards.kit.times import said
from storage.cases.case_records import WrongStatus
from storage.connecting import Kept, connect_storage
from storage.records import Person
from storage.register.auditing import audit
from storage.register.retention import Aged, Plan, Retention, Rule
from storage.register.retention_rules import RulesError, load_rules
from storage.storage_settings import StorageSettings
from storage.suggestions.suggestion_book import SuggestionBook
from storage.tables.port import NotFound, StorageUnavailable

NO_RULES = "No rule of retention is set up (trust file, retention), so nothing is reviewed or deleted."


async def verify(kept: Kept) -> int:
    """Every break by reference; the numbers at the end."""
    found = await audit(kept.tables)
    for broken in found.breaks:
        print(broken)
    verdict = f"{len(found.breaks)} broken" if found.breaks else "all as the bot wrote them"
    print(f"Cases: {found.cases}. Entries: {found.entries}. {verdict[0].upper()}{verdict[1:]}.")
    count, broken_ones = await SuggestionBook(kept.tables).broken_chains()
    for reference, number in broken_ones.items():
        print(f"{reference}: the chain is broken at entry {number}")
    if count:
        print(f"Suggestions: {count}. Broken: {len(broken_ones)}.")
    return 1 if found.breaks or broken_ones else 0


async def retention(kept: Kept, *, rules: Sequence[Rule], dry_run: bool) -> int:
    """The lists first; then, unless it is a dry run, the deletions, one after the other."""
    if not rules:
        print(NO_RULES)
        return 0
    now = datetime.now(UTC)
    keeping = Retention(kept.tables, kept.evidence, rules)
    plan = await keeping.plan(now)
    _show(plan)
    if dry_run:
        print("A dry run: nothing was deleted.")
        return 0
    for reference in plan.begun:
        await keeping.finish(reference)
        print(f"{reference}: deleted")
    for aged in plan.delete:
        done = await keeping.delete(aged, now)
        print(f"{aged.reference}: {'deleted' if done else 'kept, it changed meanwhile'}")
    return 0


async def reviewed(kept: Kept, *, reference: str, by: str, words: str) -> int:
    """An entry in the case's chronology says who reviewed it."""
    keeping = Retention(kept.tables, kept.evidence, ())
    try:
        await keeping.reviewed(reference, Person("", by, ""), words, datetime.now(UTC))
    except (NotFound, ValueError):
        print(f"There is no case {reference}.", file=sys.stderr)
        return 1
    except WrongStatus:
        print(f"{reference} is open; only a closed case is reviewed.", file=sys.stderr)
        return 1
    print(f"{reference}: the review is noted.")
    return 0


def _show(plan: Plan) -> None:
    for title, cases in (
        ("To be reviewed", plan.review),
        ("Past their date, but under a legal hold", plan.held),
        ("To be deleted", plan.delete),
    ):
        print(f"{title}: {len(cases)}")
        for aged in cases:
            print(f"- {_line(aged)}")
    if plan.begun:
        print(f"Deletion begun before and not finished: {', '.join(plan.begun)}")


def _line(aged: Aged) -> str:
    until = f", to be deleted {said(aged.delete_at)}" if aged.delete_at else ", stays"
    reviewed_at = f", reviewed {said(aged.reviewed_at)}" if aged.reviewed_at else ""
    since = f"closed {said(aged.closed_at)}, review since {said(aged.review_at)}{reviewed_at}{until}"
    return f"{aged.reference}: {since} ({aged.rule})"


def main(arguments: list[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """The exit code of one command, on the storage that the environment names; a mistake in that ends it with words."""
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(environment)
        return asyncio.run(_run(settings, _work(options, settings)))
    except (RulesError, StorageUnavailable) as error:
        sys.exit(str(error))


async def _run(settings: StorageSettings, work: Callable[[Kept], Awaitable[int]]) -> int:
    kept = connect_storage(settings)
    try:
        return await work(kept)
    finally:
        await kept.close()


def _settings(environment: Mapping[str, str]) -> StorageSettings:
    named = {name: environment[name.upper()] for name in StorageSettings.model_fields if environment.get(name.upper())}
    settings = StorageSettings.model_validate(named)
    if settings.storage_problems:
        sys.exit("\n".join(settings.storage_problems))
    return settings


def _work(options: argparse.Namespace, settings: StorageSettings) -> Callable[[Kept], Awaitable[int]]:
    match options.command:
        case "verify":
            return verify
        case "retention":
            return partial(retention, rules=load_rules(settings.trust_file), dry_run=options.dry_run)
        case _:
            return partial(reviewed, reference=options.reference, by=options.by, words=options.note)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m storage", description="Looking after what is kept.")
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("verify", help="prove that cases and suggestions are what the bot wrote")
    keeping = commands.add_parser("retention", help="what is to be reviewed; delete what is past its date")
    keeping.add_argument("--dry-run", action="store_true", help="only say what would be done")
    looked = commands.add_parser("reviewed", help="somebody looked at a closed case: it may go when its date comes")
    looked.add_argument("reference")
    looked.add_argument("--by", required=True, help="the name of who reviewed it")
    looked.add_argument("--note", default="", help="what they found")
    return parser


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
