"""Entries are append-only and chained: each carries a seal made from its own words and the seal of the one before.

Whoever changes, removes or inserts a line behind the bot's back breaks the chain there, and `first_break` says where.
The record that the entries belong to carries the number of its entries and the last seal, so that cutting off the end
shows too. The chain proves against a slip and a quiet edit; it does not stop somebody who rewrites the whole of it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from storage.records import Person
from storage.stored_names import StoredName

K = TypeVar("K", bound=StoredName)


@dataclass(frozen=True)
class Entry(Generic[K]):
    """One entry of a chronology: when, who, what. `by` is `None` where the bot itself did it.

    `seal` chains it to the entry before; two entries that say the same are equal whatever theirs.
    """

    at: datetime
    kind: K
    by: Person | None = None
    text: str = ""
    seal: str = field(default="", compare=False)


def seal_of(before: str, subject: str, number: int, entry: Entry[K]) -> str:
    """The seal of the entry that is `number` of `subject`, after the one sealed `before` (empty for the first).

    Its kind goes in as the words that the first version kept for it, so that the chains of that version hold.
    """
    by = [entry.by.id, entry.by.name, entry.by.account] if entry.by else None
    content = [before, subject, number, entry.at.astimezone(UTC).isoformat(), entry.kind.first_words, by, entry.text]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def first_break(subject: str, entries: Sequence[tuple[int, Entry[K]]], count: int, last: str) -> int | None:
    """The number of the first entry that is not what was written; `None` if the chain holds.

    `entries`: each with the number that it is kept under. `count` and `last`: what the record says of them.
    """
    before = ""
    for expected, (number, entry) in enumerate(entries, start=1):
        if number != expected or entry.seal != seal_of(before, subject, number, entry):
            return expected
        before = entry.seal
    if len(entries) != count or before != last:
        return len(entries) + 1 if len(entries) < count else len(entries)
    return None
