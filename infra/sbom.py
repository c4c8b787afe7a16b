"""`make sbom`: build/sbom.cdx.json, the parts of the running bot with their licences (CycloneDX 1.6, JSON).

The packages are read from a virtual environment that holds the wheelhouse of `make dist` and nothing else, so that no
tool of the tests is named. The language model is added: it is a part, and comes as a file and not as a package.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
TARGET = BUILD / "sbom.cdx.json"
MODEL = ROOT / "policy" / "answers" / "model" / "encoder.onnx"

Json = dict[str, Any]

TOOLS: Final = frozenset({"pip", "setuptools"})
"""In every virtual environment, and nothing of the bot."""

READ_BY_US: Final = {"multipledispatch": "BSD-3-Clause", "protobuf": "BSD-3-Clause"}
"""Packages that state no licence in a form that tools read; this is what the licence file in their wheel says."""


def main() -> None:
    """`python infra/sbom.py TOOL`: TOOL is cyclonedx-py. Needs build/dist/."""
    tool = sys.argv[1]
    python = _environment(BUILD / "sbom-venv")
    arguments = ["environment", "--output-reproducible", "--output-format", "JSON", "--spec-version", "1.6"]
    made = subprocess.run([tool, *arguments, str(python)], check=True, capture_output=True)  # noqa: S603 (our own words)
    parts: Json = json.loads(made.stdout)
    parts["components"] = [*packages(parts), model(MODEL.read_bytes())]
    parts["metadata"]["component"] = _bot()
    known = {part["bom-ref"] for part in parts["components"]}
    parts["dependencies"] = [line for line in parts["dependencies"] if line["ref"] in known]
    TARGET.write_text(json.dumps(parts, indent=2) + "\n")
    print(f"{TARGET.relative_to(ROOT)}: {len(parts['components'])} parts")
    for line in without_licence(parts):
        print(f"no licence is stated: {line}")


def packages(parts: Json) -> list[Json]:
    """The bot's packages without the tools, each with the licence that it states or that was read for it."""
    ours = [part for part in parts["components"] if part["name"] not in TOOLS]
    for part in ours:
        if not part.get("licenses") and part["name"] in READ_BY_US:
            part["licenses"] = [{"license": {"id": READ_BY_US[part["name"]]}}]
    return ours


def model(content: bytes) -> Json:
    """The language model as a part; its licence stands beside it."""
    return {
        "type": "machine-learning-model",
        "bom-ref": "all-MiniLM-L6-v2",
        "name": "all-MiniLM-L6-v2",
        "description": "Sentence encoder, tuned on the questions in policy/learning/questions",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}],
    }


def without_licence(parts: Json) -> list[str]:
    """Parts whose makers state no licence: somebody has to look."""
    return [f"{part['name']} {part.get('version', '')}" for part in parts["components"] if not part.get("licenses")]


def _bot() -> Json:
    return {"type": "application", "bom-ref": "social-media-policy-bot", "name": "social-media-policy-bot"}


def _environment(folder: Path) -> Path:
    """A virtual environment with the wheelhouse alone; its Python."""
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python, dist = folder / "bin" / "python", BUILD / "dist"
    offline = ["--no-index", "--find-links", str(dist / "wheelhouse"), "--require-hashes"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    install = [str(python), "-m", "pip", "install", *quiet, *offline, "--requirement", str(dist / "requirements.txt")]
    subprocess.run(install, check=True)  # noqa: S603 (our own words)
    return python


if __name__ == "__main__":
    main()
