"""Records to rows and back: plain fields become columns, nested ones JSON in a column."""

import json
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from storage.tables.port import Value

T = TypeVar("T")

CHUNK = 15_000
"""Characters of JSON in one column: a column holds 32,000 UTF-16 units, and a character may take two."""


class RowCodec(Generic[T]):
    """Turns records of one dataclass into the flat values of a row and back.

    A field that is a record, a list or a mapping stands in its row as JSON, in columns `field_json_0`, `field_json_1`
    and so on.
    """

    def __init__(self, record_type: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(record_type)

    def to_values(self, record: T) -> dict[str, Value]:
        """The columns; a field without a value has none."""
        plain: dict[str, Any] = self._adapter.dump_python(record, mode="json")
        values: dict[str, Value] = {}
        for name, value in plain.items():
            if isinstance(value, dict | list):
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                for number, start in enumerate(range(0, len(text), CHUNK)):
                    values[f"{name}_json_{number}"] = text[start : start + CHUNK]
            elif value is not None:
                values[name] = value
        return values

    def from_values(self, values: Mapping[str, Value]) -> T:
        """The record. Raises `pydantic.ValidationError` if the row does not hold one."""
        plain: dict[str, Any] = {name: value for name, value in values.items() if "_json_" not in name}
        for name in {name.rpartition("_json_")[0] for name in values if "_json_" in name}:
            plain[name] = json.loads(_joined(values, f"{name}_json_"))
        return self._adapter.validate_python(plain)


def _joined(values: Mapping[str, Value], prefix: str) -> str:
    parts: list[str] = []
    while (part := values.get(f"{prefix}{len(parts)}")) is not None:
        parts.append(str(part))
    return "".join(parts)
