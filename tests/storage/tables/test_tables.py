"""The promises of the port `storage.tables.port`, over both of its implementations."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from storage.tables.port import (
    MAX_BYTES,
    MAX_OPERATIONS,
    MAX_TEXT,
    MAX_TRANSACTION,
    MAX_VALUES,
    Conflict,
    Delete,
    Insert,
    NotFound,
    Operation,
    Put,
    Replace,
    StorageUnavailable,
    Tables,
    TooLarge,
    Value,
    prefix_range,
)

OpenTables = Callable[[], Tables]


class Colour(StrEnum):
    """A value as the records have them."""

    RED = "red"


async def keys(tables: Tables, **how: str | int) -> list[str]:
    """The keys of the rows in the partition of these tests."""
    return [row.key for row in await tables.query("cases", "p", **how)]  # type: ignore[arg-type]


async def fill(tables: Tables, *names: str) -> None:
    """Rows of these keys."""
    await tables.write("cases", "p", *(Insert(name, {"n": name}) for name in names))


VALUES: list[Value] = [
    *["", "report", " a\tb\r\n", "é 😀 \u202e \x00\x01", "2026-01-01T00:00:00Z", "1", "true", "[1]", '<a & b\'s "c">'],
    *[0, -1, 2**31, 2**63 - 1, -(2**63)],
    *[True, False],
    *[1.0, 0.1, -2.5e-300, 1e22, float("inf")],
    *[b"", b"\x00\xff", bytes(range(256))],
]


async def test_value_round_trip(tables: Tables) -> None:
    """Each value comes back as it was given, and of its type."""
    values = {f"v{number}": value for number, value in enumerate(VALUES)}
    await tables.write("cases", "p", Insert("k", values))

    found = (await tables.get("cases", "p", "k")).values

    assert {name: (value, type(value)) for name, value in values.items()} == {
        name: (value, type(value)) for name, value in found.items()
    }


async def test_value_of_an_enum(tables: Tables) -> None:
    """A value of an enum of texts is kept as its text."""
    await tables.write("cases", "p", Insert("k", {"colour": Colour.RED}))

    assert {"colour": "red"} == (await tables.get("cases", "p", "k")).values


async def test_values_are_exactly_those_given(tables: Tables) -> None:
    """A row holds no names but those given, on whichever way it is read."""
    values: dict[str, Value] = {"base64": "x", "etag": "y", "key": "z", "_": 1}
    await tables.write("cases", "p", Insert("k", values), Insert("l", {}))

    assert [values, {}] == [row.values for row in await tables.query("cases", "p")]
    assert values == (await tables.get("cases", "p", "k")).values


KEYS = [
    *["it's", "a b", "100%", "a%2Fb", "a+b", "x=y&z;c", '"', "|", "ü", "😀", ".", "..", "'", "k" * 500],
    *["19:abc@thread.tacv2;messageid=1767225600000", "29:1-aBc_D", "a:b,c~d^e`f{g}[h](i)!*$"],
]


@pytest.mark.parametrize("key", KEYS)
async def test_key_round_trip(tables: Tables, key: str) -> None:
    """Whatever a key may hold, its row is found, changed and removed, alone and with others."""
    etags = await tables.write("cases", key, Insert(key, {"n": 1}), Insert("other", {}))
    etags = await tables.write("cases", key, Replace(key, {"n": 2}, etags[0]))

    row = await tables.get("cases", key, key)
    assert (key, key, {"n": 2}, etags[0]) == (row.partition, row.key, row.values, row.etag)
    assert [key] == [r.key for r in await tables.query("cases", key, start=key, stop=key + "0")]

    await tables.write("cases", key, Delete(key, row.etag), Delete("other"))
    assert [] == await tables.query("cases", key)


async def test_keys_differ_by_case(tables: Tables) -> None:
    """Keys and partitions that differ in upper and lower case are different."""
    await tables.write("cases", "p", Insert("k", {"n": 1}), Insert("K", {"n": 2}))
    await tables.write("cases", "P", Insert("k", {"n": 3}))

    assert {"n": 1} == (await tables.get("cases", "p", "k")).values


async def test_tables_are_apart(tables: Tables) -> None:
    """The same partition and key in two tables are two rows."""
    await tables.write("cases", "p", Insert("k", {"n": 1}))
    await tables.write("drafts", "p", Insert("k", {"n": 2}))

    assert {"n": 1} == (await tables.get("cases", "p", "k")).values


async def test_table_names_ignore_case(tables: Tables) -> None:
    """The names of tables do not differ by upper and lower case."""
    await tables.write("cases", "p", Insert("k", {"n": 1}))

    assert {"n": 1} == (await tables.get("CASES", "p", "k")).values


async def test_get_what_is_not_there(tables: Tables) -> None:
    """A row that was never written, in a table that was never used, is `NotFound`."""
    with pytest.raises(NotFound):
        await tables.get("cases", "p", "k")


async def test_query_what_is_not_there(tables: Tables) -> None:
    """A query of a table that was never used finds nothing."""
    assert [] == await tables.query("cases", "p")


async def test_query_order(tables: Tables) -> None:
    """Rows come in the order of their keys, however they were written."""
    await fill(tables, "b", "a|2", "C", "a|10", "a")

    assert ["C", "a", "a|10", "a|2", "b"] == await keys(tables)


async def test_query_bounds(tables: Tables) -> None:
    """`start` is in the answer, `stop` is not."""
    await fill(tables, "a", "b", "c", "d")

    assert ["b", "c"] == await keys(tables, start="b", stop="d")
    assert ["c", "d"] == await keys(tables, start="c")
    assert ["a"] == await keys(tables, stop="b")


async def test_query_prefix(tables: Tables) -> None:
    """`prefix_range` bounds exactly the keys that begin so."""
    await fill(tables, "case|1", "case|2", "case", "casf", "case}", "entry|1")
    start, stop = prefix_range("case|")

    assert ["case|1", "case|2"] == await keys(tables, start=start, stop=stop)


@pytest.mark.parametrize(("limit", "expected"), [(0, []), (2, ["a", "b"]), (9, ["a", "b", "c"])])
async def test_query_limit(tables: Tables, limit: int, expected: list[str]) -> None:
    """At most `limit` rows come, the first ones."""
    await fill(tables, "a", "b", "c")

    assert expected == await keys(tables, limit=limit)


async def test_query_quotes(tables: Tables) -> None:
    """What stands in a partition or a bound is no part of the question."""
    await tables.write("cases", "it's @p or 1 eq 1", Insert("a", {}))
    await fill(tables, "b")

    assert [] == await tables.query("cases", "' or PartitionKey eq 'p")
    assert 1 == len(await tables.query("cases", "it's @p or 1 eq 1", start="' or '1"))


async def test_query_of_many(tables: Tables) -> None:
    """More rows than one answer of the service holds (1,000) come all."""
    names = [f"{number:05}" for number in range(1_100)]
    for start in range(0, len(names), MAX_OPERATIONS):
        await fill(tables, *names[start : start + MAX_OPERATIONS])

    assert names == await keys(tables)
    assert names[:1_050] == await keys(tables, limit=1_050)


async def test_insert_taken(tables: Tables) -> None:
    """A key that is taken is a `Conflict`; the row stays as it was."""
    await tables.write("cases", "p", Insert("k", {"n": 1}))

    with pytest.raises(Conflict):
        await tables.write("cases", "p", Insert("k", {"n": 2}))

    assert {"n": 1} == (await tables.get("cases", "p", "k")).values


async def test_replace_with_the_etag(tables: Tables) -> None:
    """A row that is as it was read is replaced as a whole; the ETag returned is the one to go on with."""
    (first,) = await tables.write("cases", "p", Insert("k", {"n": 1, "old": True}))
    (second,) = await tables.write("cases", "p", Replace("k", {"n": 2}, first))

    row = await tables.get("cases", "p", "k")
    assert ({"n": 2}, second) == (row.values, row.etag)
    assert first != second


async def test_etags_agree(tables: Tables) -> None:
    """`write`, `get` and `query` name the same ETag."""
    etags = await tables.write("cases", "p", Insert("k", {}), Put("l", {}))

    assert etags == [row.etag for row in await tables.query("cases", "p")]
    assert etags == [(await tables.get("cases", "p", key)).etag for key in ("k", "l")]


CHANGES: list[Operation] = [Put("k", {"n": 2}), Delete("k")]


@pytest.mark.parametrize("change", CHANGES, ids=["changed", "vanished"])
@pytest.mark.parametrize("attempt", [Replace("k", {"n": 3}, "?"), Delete("k", "?")], ids=["replace", "delete"])
@pytest.mark.parametrize("others", [[], [Insert("other", {})]], ids=["alone", "with others"])
async def test_changed_since_it_was_read(
    tables: Tables, change: Operation, attempt: Replace | Delete, others: list[Operation]
) -> None:
    """A row that changed or vanished since it was read is a `Conflict`, and nothing is written."""
    (etag,) = await tables.write("cases", "p", Insert("k", {"n": 1}))
    await tables.write("cases", "p", change)
    before = await tables.query("cases", "p")
    stale = Replace("k", {"n": 3}, etag) if isinstance(attempt, Replace) else Delete("k", etag)

    with pytest.raises(Conflict):
        await tables.write("cases", "p", *others, stale)

    assert before == await tables.query("cases", "p")


async def test_the_same_row_again(tables: Tables) -> None:
    """A row that was removed and written anew is not the one that was read."""
    (etag,) = await tables.write("cases", "p", Insert("k", {"n": 1}))
    await tables.write("cases", "p", Delete("k"))
    await tables.write("cases", "p", Insert("k", {"n": 1}))

    with pytest.raises(Conflict):
        await tables.write("cases", "p", Replace("k", {"n": 2}, etag))


async def test_put(tables: Tables) -> None:
    """`Put` writes where nothing is, and over what is there, as a whole."""
    await tables.write("cases", "p", Put("k", {"n": 1, "old": True}))
    await tables.write("cases", "p", Put("k", {"n": 2}))

    assert {"n": 2} == (await tables.get("cases", "p", "k")).values


async def test_delete(tables: Tables) -> None:
    """A row that was removed is not there; its ETag is ""."""
    (etag,) = await tables.write("cases", "p", Insert("k", {}))

    assert [""] == await tables.write("cases", "p", Delete("k", etag))
    with pytest.raises(NotFound):
        await tables.get("cases", "p", "k")


async def test_delete_what_is_not_there(tables: Tables) -> None:
    """A deletion without an ETag does not mind that there is nothing, and the others are carried out."""
    assert [""] == await tables.write("cases", "p", Delete("a"))

    etags = await tables.write("cases", "p", Delete("a"), Insert("k", {}), Delete("b"))

    assert ["", (await tables.get("cases", "p", "k")).etag, ""] == etags


async def test_delete_what_is_not_there_and_conflict(tables: Tables) -> None:
    """A deletion of nothing does not hide the conflict beside it."""
    await fill(tables, "taken")

    with pytest.raises(Conflict):
        await tables.write("cases", "p", Delete("a"), Insert("taken", {}), Insert("new", {}))

    assert ["taken"] == await keys(tables)


async def test_transaction(tables: Tables) -> None:
    """Operations of every kind are carried out together."""
    etags = await tables.write("cases", "p", Insert("a", {"n": 1}), Insert("b", {"n": 1}), Insert("c", {"n": 1}))
    changes = (Replace("a", {"n": 2}, etags[0]), Delete("b", etags[1]), Put("c", {"n": 2}), Insert("d", {"n": 2}))

    await tables.write("cases", "p", *changes)

    assert [("a", 2), ("c", 2), ("d", 2)] == [(r.key, r.values["n"]) for r in await tables.query("cases", "p")]


async def test_transaction_that_fails(tables: Tables) -> None:
    """If the last operation of a hundred finds a conflict, none of them is carried out."""
    await fill(tables, "taken")
    before = await tables.query("cases", "p")
    new = [Insert(f"new{number}", {}) for number in range(MAX_OPERATIONS - 2)]

    with pytest.raises(Conflict):
        await tables.write("cases", "p", Delete("taken"), *new, Replace("never", {}, before[0].etag))

    assert before == await tables.query("cases", "p")


async def test_one_of_many_wins(tables: Tables, open_tables: OpenTables) -> None:
    """Of twenty who change the row that all have read, through two bots, one succeeds."""
    (etag,) = await tables.write("cases", "p", Insert("k", {"n": -1}))
    other = open_tables()
    attempts = [
        (tables, other)[number % 2].write("cases", "p", Replace("k", {"n": number}, etag), Insert(f"{number}", {}))
        for number in range(20)
    ]

    results = await asyncio.gather(*attempts, return_exceptions=True)
    await other.close()

    (winner,) = [number for number, result in enumerate(results) if not isinstance(result, Conflict)]
    assert winner == (await tables.get("cases", "p", "k")).values["n"]
    assert [str(winner), "k"] == await keys(tables)


async def test_kept(tables: Tables, open_tables: OpenTables) -> None:
    """What was written is there for the bot that starts after this one has ended."""
    await tables.write("cases", "p", Insert("k", {"n": 1}))
    await tables.close()
    later = open_tables()

    found = await later.get("cases", "p", "k")
    await later.close()

    assert {"n": 1} == found.values


async def test_ping(tables: Tables) -> None:
    """A storage that is there answers, before the first use as well."""
    await tables.ping()


async def test_closed(tables: Tables) -> None:
    """After `close`, which may be called twice, the storage is unavailable."""
    await tables.ping()
    await tables.close()
    await tables.close()

    with pytest.raises(StorageUnavailable):
        await tables.ping()
    with pytest.raises(StorageUnavailable):
        await tables.get("cases", "p", "k")


async def test_largest(tables: Tables) -> None:
    """The largest row and transaction that the limits let through are kept."""
    text = "é" * MAX_TEXT
    rows = [Insert(f"{number}", {f"t{n}": text for n in range(10)}) for number in range(2)]
    await tables.write("cases", "p", *rows)
    await tables.write("cases", "q", Insert("k", {f"b{n}": bytes(MAX_BYTES) for n in range(11)}))
    await tables.write("cases", "q", Insert("l", {f"n{n}": n for n in range(MAX_VALUES)}))

    assert 2 * 10 * MAX_TEXT == sum(len(str(v)) for r in await tables.query("cases", "p") for v in r.values.values())


TOO_LARGE: list[list[Operation]] = [
    [Insert("k", {"v": "a" * (MAX_TEXT + 1)})],
    [Insert("k", {"v": "😀" * (MAX_TEXT // 2 + 1)})],
    [Insert("k", {"v": bytes(MAX_BYTES + 1)})],
    [Insert("k", {f"v{number}": 1 for number in range(MAX_VALUES + 1)})],
    [Insert("k", {f"v{number}": bytes(MAX_BYTES) for number in range(12)})],
    [Insert(f"{number}", {"v": "a" * 30_000}) for number in range(MAX_TRANSACTION // 60_000 + 1)],
]


@pytest.mark.parametrize("operations", TOO_LARGE)
async def test_too_large(tables: Tables, operations: list[Operation]) -> None:
    """What Azure would not take is refused everywhere, before anything is written."""
    with pytest.raises(TooLarge):
        await tables.write("cases", "p", Insert("fine", {}), *operations)

    assert [] == await keys(tables)


NONSENSE: list[list[Operation]] = [
    [],
    [Insert(f"{number}", {}) for number in range(MAX_OPERATIONS + 1)],
    [Insert("k", {}), Delete("k")],
    [Replace("k", {}, "*")],
    [Delete("k", "")],
]
BAD_KEYS = ["", "a/b", "a\\b", "a#b", "a?b", "a\nb", "a\x7fb", "k" * 501, "😀" * 251, "\ud83d"]
BAD_NAMES = ["", "1a", "a-b", "a.b", "PartitionKey", "RowKey", "Timestamp", "WriteId"]
BAD_VALUES: list[Any] = [None, [], 2**63, "\ud83d"]
NONSENSE += [[Insert(key, {})] for key in BAD_KEYS]
NONSENSE += [[Insert("k", {name: 1})] for name in BAD_NAMES]
NONSENSE += [[Insert("k", {"v": value})] for value in BAD_VALUES]


@pytest.mark.parametrize("operations", NONSENSE)
async def test_nonsense(tables: Tables, operations: list[Operation]) -> None:
    """What is a mistake of ours is a ValueError everywhere, not a failure of the storage."""
    with pytest.raises(ValueError):
        await tables.write("cases", "p", *operations)


@pytest.mark.parametrize(("table", "partition"), [("my_cases", "p"), ("1cases", "p"), ("ca", "p"), ("cases", "a/b")])
async def test_no_address(tables: Tables, table: str, partition: str) -> None:
    """A table or partition that cannot exist is a ValueError on every way."""
    for call in (tables.get(table, partition, "k"), tables.query(table, partition)):
        with pytest.raises(ValueError):
            await call
    with pytest.raises(ValueError):
        await tables.write(table, partition, Insert("k", {}))
