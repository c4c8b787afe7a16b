"""`make dist`: all that a server needs to run the bot without a package registry, in build/dist/.

wheelhouse/         every package as a wheel for this kind of machine and this Python, checked against requirements.txt
requirements.txt    the same packages, with the hashes of exactly these wheels
bot.tar.gz          the bot's own files; the same files give the same bytes
SHA256SUMS          of all of them
"""

import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "build" / "dist"
OWN_FILES: Final = ("app.py", "bot", "dialogs", "cards", "policy", "storage", "requirements.txt", "infra/systemd")
"""What the running bot is made of, and the unit that starts it."""

LEFT_OUT: Final = ("policy/learning",)
"""How the ranking is learnt: the running bot imports nothing of it."""

LONG_AGO = 315532800
"""1 January 1980: a date that never changes keeps the archive the same."""


def main() -> None:
    """Make build/dist/ anew."""
    shutil.rmtree(DIST, ignore_errors=True)
    wheelhouse = DIST / "wheelhouse"
    wheelhouse.mkdir(parents=True)
    build_wheels(wheelhouse)
    (DIST / "requirements.txt").write_text(requirements_of(wheelhouse))
    (DIST / "bot.tar.gz").write_bytes(archive(ROOT))
    (DIST / "SHA256SUMS").write_text(sums(DIST))
    print(f"{DIST.relative_to(ROOT)}: {len(list(wheelhouse.iterdir()))} wheels and the bot's own files")


def build_wheels(wheelhouse: Path) -> None:
    """Download each pinned package, check its hash, and build a wheel of what comes as source alone."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
    ]
    hashed = ["--require-hashes", "--requirement", str(ROOT / "requirements.txt")]
    subprocess.run([*command, *hashed, "--wheel-dir", str(wheelhouse)], check=True)  # noqa: S603 (our own words)


def requirements_of(wheelhouse: Path) -> str:
    """Pins with the hash of the one wheel that stands here: a wheel that was built here has a hash of its own."""
    lines = ["# Made by `make dist` for the wheels beside it. Install: docs/install.md"]
    for wheel in sorted(wheelhouse.glob("*.whl")):
        name, version, *_ = parse_wheel_filename(wheel.name)
        lines.append(f"{name}=={version} --hash=sha256:{_digest(wheel.read_bytes())}")
    return "\n".join(lines) + "\n"


def archive(root: Path) -> bytes:
    """The bot's own files below one folder, `app`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(own_files(root)):
            content = (root / path).read_bytes()
            member = tarfile.TarInfo(f"app/{path.as_posix()}")
            member.size, member.mtime, member.mode = len(content), LONG_AGO, 0o644
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=LONG_AGO)


def own_files(root: Path) -> Iterator[Path]:
    """Each file of the running bot, by its path within the repository."""
    for part in OWN_FILES:
        found = [root / part] if (root / part).is_file() else (root / part).rglob("*")
        for path in (path.relative_to(root) for path in found if path.is_file()):
            if "__pycache__" not in path.parts and not path.as_posix().startswith(LEFT_OUT):
                yield path


def sums(folder: Path) -> str:
    """As `sha256sum --check` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{_digest(path.read_bytes())}  {path.relative_to(folder).as_posix()}\n" for path in files)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
