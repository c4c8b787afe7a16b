"""What the storage of dialog state promises to the Bot Framework, and what it refuses to restore."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from botbuilder.core import ConversationState, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import DialogInstance, DialogState
from botbuilder.schema import Activity, ConversationAccount
from hypothesis import given
from hypothesis import strategies as st

from storage.bot_state import MAX_CHUNKS, TABLE, BotStateStorage, SafeCodec, UnreadableState, safe_key
from storage.tables.port import MAX_BYTES, Conflict, Put, Tables, TooLarge, check_key

KEY = "msteams/conversations/19:abc@thread.tacv2;messageid=1767225600000"


@dataclass
class Draft:
    """An object of an allowed class."""

    step: int
    words: list[str] = field(default_factory=list)
    e_tag: str | None = None


class Stranger:
    """An object of a class that is not allowed."""


@pytest.fixture
def storage(tables: Tables) -> BotStateStorage:
    """The storage over tables of either kind."""
    return BotStateStorage(tables, [Draft, DialogState, DialogInstance])


async def test_read_what_is_not_there(storage: BotStateStorage) -> None:
    """A state that was never written is not in the answer."""
    assert {} == await storage.read([KEY])


async def test_round_trip(storage: BotStateStorage) -> None:
    """What was written is read, object for object, and the rest is not there."""
    state = {"draft": Draft(2, ["é 😀", "\ud83d", "</script>"]), "$class": "Stranger", "n": [1, 2.5, True, None, {}]}
    await storage.write({KEY: state, "other": Draft(1)})

    found = await storage.read([KEY, "other", "nothing"])

    assert {KEY: state, "other": Draft(1, e_tag=found["other"].e_tag)} == found


async def test_reading_gives_a_copy(storage: BotStateStorage) -> None:
    """Who changes what was read changes nothing that is stored."""
    await storage.write({KEY: {"words": ["kept"]}})
    (await storage.read([KEY]))[KEY]["words"].append("not kept")

    assert ["kept"] == (await storage.read([KEY]))[KEY]["words"]


async def test_write_twice(storage: BotStateStorage) -> None:
    """A state that was written can be written again in the same turn."""
    state: dict[str, Any] = {"n": 1}
    await storage.write({KEY: state})
    state["n"] = 2
    await storage.write({KEY: state})

    assert state == (await storage.read([KEY]))[KEY]


@pytest.mark.parametrize("kind", [dict, Draft])
async def test_conflict(storage: BotStateStorage, kind: Any) -> None:
    """Of two who read the same state the second to write it gets a conflict, and the first one's stands."""
    await storage.write({KEY: kind(step=1)})
    first, second = (await storage.read([KEY]))[KEY], (await storage.read([KEY]))[KEY]
    await storage.write({KEY: first})

    with pytest.raises(Conflict):
        await storage.write({KEY: second})

    assert first == (await storage.read([KEY]))[KEY]


async def test_conflict_of_new_states(storage: BotStateStorage) -> None:
    """Of two turns that found no state the second one gets a conflict too."""
    await storage.write({KEY: {"n": 1}})

    with pytest.raises(Conflict):
        await storage.write({KEY: {"n": 2}})


async def test_overwrite(storage: BotStateStorage) -> None:
    """The ETag `*` overwrites whatever is there."""
    await storage.write({KEY: {"n": 1}})
    await storage.write({KEY: {"n": 2, "e_tag": "*"}})

    assert 2 == (await storage.read([KEY]))[KEY]["n"]


async def test_ten_turns_at_once(storage: BotStateStorage) -> None:
    """Ten turns that count, each again until it had no conflict, count ten."""

    async def turn() -> None:
        state = (await storage.read([KEY])).get(KEY, {"n": 0})
        state["n"] += 1
        try:
            await storage.write({KEY: state})
        except Conflict:
            await turn()

    await asyncio.gather(*(turn() for _ in range(10)))

    assert 10 == (await storage.read([KEY]))[KEY]["n"]


async def test_delete(storage: BotStateStorage) -> None:
    """A state that was deleted, perhaps twice, is not there and can be written anew."""
    await storage.write({KEY: {"n": 1}})
    await storage.delete([KEY])
    await storage.delete([KEY])

    assert {} == await storage.read([KEY])
    await storage.write({KEY: {"n": 2}})


async def test_largest(storage: BotStateStorage) -> None:
    """A state up to the limit is kept; one over it is refused and the present one stays."""
    largest = {"text": "x" * (MAX_CHUNKS * MAX_BYTES - len('{"text":""}'))}
    await storage.write({KEY: largest})

    with pytest.raises(TooLarge):
        await storage.write({KEY: {**largest, "text": largest["text"] + "x"}})

    assert largest == (await storage.read([KEY]))[KEY]


async def test_strange_object_is_not_written(storage: BotStateStorage) -> None:
    """An object whose class is not allowed is named, and nothing is written."""
    with pytest.raises(TypeError, match="Stranger"):
        await storage.write({KEY: {"who": [Stranger()]}})

    assert {} == await storage.read([KEY])


STORED = [
    b'{"py/reduce": [{"py/type": "os.system"}, {"py/tuple": ["true"]}]}',
    b'{"draft": {"$class": "Stranger", "$fields": {}}}',
    b'{"draft": {"$class": ["Draft"], "$fields": {}}}',
    b'{"draft": {"$class": "Draft", "$fields": 7}}',
    b'{"draft": {"$class": "Draft"}}',
    b"\x80\x04K\x01.",
    b'{"n": 1',
    b"[" * 60_000,
    b"",
]


@pytest.mark.parametrize("stored", STORED[1:], ids=repr)
async def test_unreadable(storage: BotStateStorage, tables: Tables, stored: bytes) -> None:
    """A state that cannot be read counts as empty, and the next write replaces it."""
    await tables.write(TABLE, safe_key(KEY), Put("state", {"json_0": stored}))

    state = (await storage.read([KEY]))[KEY]
    assert {"e_tag"} == set(state)
    await storage.write({KEY: {**state, "n": 1}})

    assert 1 == (await storage.read([KEY]))[KEY]["n"]


async def test_nothing_is_called(storage: BotStateStorage, tables: Tables) -> None:
    """What jsonpickle would carry out stays plain data."""
    await tables.write(TABLE, safe_key(KEY), Put("state", {"json_0": STORED[0]}))

    state = (await storage.read([KEY]))[KEY]

    assert json.loads(STORED[0]) == {name: value for name, value in state.items() if name != "e_tag"}


async def test_dialog_state(storage: BotStateStorage) -> None:
    """The Bot Framework keeps the stack of dialogs in it, from turn to turn."""

    async def turn(text: str) -> Any:
        conversations = ConversationState(storage)
        where = ConversationAccount(id="19:abc@thread.tacv2;messageid=1")
        context = TurnContext(TestAdapter(), Activity(channel_id="msteams", conversation=where, text=text))
        dialogs = await conversations.create_property("dialogs").get(context, DialogState)
        dialogs.dialog_stack.append(DialogInstance(text, {"step": 1}))
        await conversations.save_changes(context)
        return dialogs.dialog_stack

    await turn("report")
    stack = await turn("question")

    assert [("report", {"step": 1}), ("question", {"step": 1})] == [(item.id, item.state) for item in stack]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$class", "$fields", "$$"]), inner),
    max_leaves=8,
)


@given(plain, plain)
def test_codec(value: Any, inside: Any) -> None:
    """Whatever plain data a state holds, also beside and in an object, comes back as it was."""
    codec = SafeCodec([Draft])
    state = {"value": value, "draft": Draft(1, inside)}

    assert state == codec.from_plain(json.loads(json.dumps(codec.to_plain(state))))


def test_codec_names_the_class() -> None:
    """A class that is not allowed is refused by name."""
    with pytest.raises(UnreadableState, match="Stranger"):
        SafeCodec([Draft]).from_plain({"$class": "Stranger", "$fields": {}})


def test_codec_wants_texts_as_keys() -> None:
    """A key that JSON would turn into a text is refused."""
    with pytest.raises(TypeError, match="1"):
        SafeCodec([]).to_plain({1: "one"})


@given(st.text(min_size=1), st.text(min_size=1))
def test_keys(one: str, other: str) -> None:
    """Any key becomes one that tables take, and different keys stay different."""
    for key in (safe_key(one), safe_key(other)):
        check_key(key)

    assert (one == other) == (safe_key(one) == safe_key(other))
    assert safe_key("a/b") != safe_key("a|b")
