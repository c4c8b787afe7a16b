"""Sentences to vectors: MiniLM, tuned on the questions, run by onnxruntime.

No code and no download comes with it at run time; `policy/answers/model/README.md` tells where the weights come from.
"""

import ctypes
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

Vector = NDArray[np.float32]

LONGEST = 96
UNKNOWN, FIRST, LAST, MASK = "[UNK]", "[CLS]", "[SEP]", "[MASK]"


class Tokens:
    """The word pieces of BERT, lower case."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.ids = {piece: number for number, piece in enumerate(vocabulary)}

    def __call__(self, text: str) -> list[int]:
        ids = [self.ids[FIRST]]
        for word in _words(text):
            ids += self._pieces(word)
            if len(ids) >= LONGEST:
                break
        return [*ids[: LONGEST - 1], self.ids[LAST]]

    def _pieces(self, word: str) -> tuple[int, ...]:
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self.ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return (self.ids[UNKNOWN],)
            pieces.append(piece)
            start = end
        return tuple(pieces)


def read_vocabulary(path: Path) -> Tokens:
    return Tokens([sys.intern(piece) for piece in path.read_text(encoding="utf-8").rstrip("\n").split("\n")])


def _words(text: str) -> Iterator[str]:
    """Words and punctuation, without accents and control characters."""
    word = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if category[0] in "LN" and not "\u4e00" <= character <= "\u9fff":
            word += character
            continue
        if word:
            yield word[:100]
            word = ""
        if category[0] not in "ZC":
            yield character
    if word:
        yield word[:100]


class Encoder:
    """The transformer itself: text in, one vector of length one out."""

    def __init__(self, folder: Path) -> None:
        self._tokens = read_vocabulary(folder / "vocab.txt")
        options = onnxruntime.SessionOptions()
        # One thread: a question is too short to share out, and the bot has other people to serve.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        _give_back_memory()

    def __call__(self, text: str) -> Vector:
        ids = np.array(self._tokens(text), dtype=np.int64)
        return np.asarray(self._session.run(None, {"ids": ids})[0], dtype=np.float32)


def _give_back_memory() -> None:
    """Hands what loading has used and freed back to the system: some 40 MB, which glibc would keep for the process."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
