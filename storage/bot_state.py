"""The Bot Framework's own storage interface, for dialog state, over the tables.

Only shapes that the app allows are restored: the SDK's storages use jsonpickle, and what it reads can run code. What a
person reports is never kept here.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from storage.tables.port import MAX_BYTES, Delete, Insert, NotFound, Operation, Put, Replace, Tables, TooLarge, Value

TABLE = "botstate"
ROW = "state"
MAX_CHUNKS = 8
"""A state is at most this many values of `MAX_BYTES`: half a megabyte as JSON. The usual one is a few hundred bytes."""

_log = logging.getLogger(__name__)


class UnreadableState(ValueError):
    """What is stored is no state, or holds a class that is not allowed; the message says which."""


class BotStateStorage:
    """`read`, `write` and `delete` as botbuilder's `Storage` has them, one row for each key.

    A state carries its ETag as `e_tag`. Who writes an older one gets a `Conflict` (a state without `e_tag` counts as
    new; `"*"` overwrites), so that of two turns at once none is lost unseen: run the turn again. The SDK's
    `BotState.clear_state` forgets the `e_tag`: remove the properties instead, or `delete` the state.

    `classes` are the objects that a state may hold beside plain values, such as `DialogState`.
    """

    def __init__(self, tables: Tables, classes: Iterable[type]) -> None:
        self._tables = tables
        self._codec = SafeCodec(classes)

    async def read(self, keys: Iterable[str]) -> dict[str, Any]:
        """The states that there are. May raise `StorageUnavailable`.

        One that cannot be read, perhaps of another version of the bot, counts as empty, and the next write replaces
        it: the person starts again instead of meeting the same error at each word.
        """
        found: dict[str, Any] = {}
        for key in keys:
            try:
                row = await self._tables.get(TABLE, safe_key(key), ROW)
            except NotFound:
                continue
            state = self._decoded(row.values)
            _set_e_tag(state, row.etag)
            found[key] = state
        return found

    async def write(self, changes: Mapping[str, Any]) -> None:
        """Keep each state and give it its new `e_tag`, so that it can be written again.

        Raises `Conflict`, `StorageUnavailable`, `TooLarge`, or TypeError for an object whose class is not allowed.
        """
        for key, state in changes.items():
            operation = _operation(_e_tag(state), self._encoded(key, state))
            (etag,) = await self._tables.write(TABLE, safe_key(key), operation)
            _set_e_tag(state, etag)

    async def delete(self, keys: Iterable[str]) -> None:
        """Forget these states, if there are any. May raise `StorageUnavailable`."""
        for key in keys:
            await self._tables.write(TABLE, safe_key(key), Delete(ROW))

    def _encoded(self, key: str, state: Any) -> dict[str, Value]:
        text = json.dumps(self._codec.to_plain(state), separators=(",", ":"))
        chunks = [text[at : at + MAX_BYTES].encode() for at in range(0, len(text), MAX_BYTES)]  # all ASCII
        if len(chunks) > MAX_CHUNKS:
            raise TooLarge(f"the state of {safe_key(key)} is {len(text)} bytes, over {MAX_CHUNKS * MAX_BYTES}")
        return {f"json_{number}": chunk for number, chunk in enumerate(chunks)}

    def _decoded(self, values: Mapping[str, Value]) -> Any:
        try:
            text = b"".join(values[f"json_{number}"] for number in range(len(values)))  # type: ignore[misc]
            return self._codec.from_plain(json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("A stored state cannot be read and counts as empty: %s", error)
            return {}


class SafeCodec:
    """Turns a state into plain JSON values and back; objects of the allowed classes only, without calling them.

    An object is `{"$class": name, "$fields": its fields}`; a text key of a person's own that begins with `$` gets one
    more, so that no data can pose as an object.
    """

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes: dict[str, Any] = {cls.__name__: cls for cls in classes}

    def to_plain(self, value: Any) -> Any:
        """Plain values for `value`, without `e_tag` at the top. TypeError names a class that is not allowed."""
        plain = self._plain(value)
        fields = plain.get("$fields", plain) if isinstance(plain, dict) else {}
        fields.pop("e_tag", None)
        return plain

    def from_plain(self, plain: Any) -> Any:
        """The value again. `UnreadableState` if a class is not allowed."""
        if isinstance(plain, list):
            return [self.from_plain(item) for item in plain]
        if not isinstance(plain, dict):
            return plain
        if "$class" in plain:
            return self._object(plain)
        return {key[1:] if key.startswith("$") else key: self.from_plain(item) for key, item in plain.items()}

    def _plain(self, value: Any) -> Any:
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        if isinstance(value, dict):
            return {_escaped(key): self._plain(item) for key, item in value.items()}
        if self._classes.get(type(value).__name__) is not type(value):
            raise TypeError(f"a state may not hold a {type(value).__module__}.{type(value).__qualname__}")
        return {"$class": type(value).__name__, "$fields": self._plain(vars(value))}

    def _object(self, plain: dict[str, Any]) -> Any:
        cls = self._classes.get(plain["$class"])
        fields = self.from_plain(plain.get("$fields"))
        if cls is None or not isinstance(fields, dict):
            raise UnreadableState(f"no class of a state: {plain['$class']!r}")
        restored = cls.__new__(cls)
        vars(restored).update(fields)
        return restored


def safe_key(key: str) -> str:
    """The partition for a key such as `msteams/conversations/19:abc@thread.tacv2`: readable where it can be."""
    if re.fullmatch(r"[\w:@.;=/-]{1,200}", key, re.ASCII):
        return key.replace("/", "|")
    return f"sha256|{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _operation(e_tag: str | None, values: Mapping[str, Value]) -> Operation:
    if e_tag == "*":
        return Put(ROW, values)
    return Replace(ROW, values, e_tag) if e_tag else Insert(ROW, values)


def _e_tag(state: Any) -> str | None:
    return state.get("e_tag") if isinstance(state, dict) else getattr(state, "e_tag", None)


def _set_e_tag(state: Any, e_tag: str) -> None:
    if isinstance(state, dict):
        state["e_tag"] = e_tag
    else:
        state.e_tag = e_tag


def _escaped(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the keys of a state are texts, not {key!r}")
    return f"${key}" if key.startswith("$") else key
