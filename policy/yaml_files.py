"""YAML files, read with the fast parser where the installed PyYAML has it."""

from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds. Raises `OSError`, `UnicodeDecodeError` and `yaml.YAMLError`."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (both loaders are safe ones)


def nodes_and_data(text: str) -> tuple[yaml.Node | None, Any]:
    """What YAML text holds, with its nodes, which know their lines. Raises `yaml.YAMLError`."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    finally:
        loader.dispose()
