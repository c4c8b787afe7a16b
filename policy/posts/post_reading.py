"""A post's text in one shape of letters and digits, which remembers where each of them stands in the author's text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from policy.posts.findings import Span

TAG = re.compile(r"#\w+")
NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True)
class PostReading:
    """`text` is read by the check; `original` is what the author wrote."""

    text: str
    original: str
    _origins: tuple[int, ...]
    """For each character of `text`, and for its end, where it comes from."""

    def place(self, start: int, end: int) -> Span:
        """A part of `text`, as it stands in the original; spaces around it are left out."""
        part = self.text[start:end]
        start, end = start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
        first = self._origins[start]
        last = self._ends[end - 1] if end > start else first
        return Span(first, last, self.original[first:last])

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """For each character of `text`, where what it comes from ends."""
        ends = [len(self.original)] * len(self.text)
        for at in range(len(self.text) - 2, -1, -1):
            after = self._origins[at + 1]
            ends[at] = after if after > self._origins[at] else ends[at + 1]
        return tuple(ends)


def read(text: str) -> PostReading:
    """A text as it looks: without invisible characters, each digit a plain one, hashtags as separate words."""
    shaped, origins = [], []
    for start, cluster in _clusters(text):
        for character in unicodedata.normalize("NFKC", cluster.translate(APOSTROPHES)):
            if unicodedata.category(character) != "Cf":
                shaped.append(str(unicodedata.decimal(character, character)))
                origins.append(start)
    return _apart(PostReading("".join(shaped), text, (*origins, len(text))))


def plain(text: str) -> str:
    """The same of a short text by itself, such as a link."""
    return read(text).text


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the accents that follow it, and where it stands."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, text[start:at]
            start = at


def _apart(reading: PostReading) -> PostReading:
    """A space before each new word inside a hashtag."""
    cuts = [tag.start() + cut.start() for tag in TAG.finditer(reading.text) for cut in NEW_WORD.finditer(tag[0])]
    if not cuts:
        return reading
    shaped, origins = list(reading.text), list(reading._origins)
    for cut in reversed(cuts):
        shaped.insert(cut, " ")
        origins.insert(cut, origins[cut])
    return PostReading("".join(shaped), reading.original, tuple(origins))
