"""Learns `policy/answers/model/harm.npz`, which hears harm in a question: `python -m policy.learning.train_harm`.

It learns from `harm.jsonl` and `harm_plain.jsonl`, from what the other questions say of a child at risk, and from
ordinary questions. What is held out by source sets the limit and is reported. It takes some minutes on one processor
and gives the same bytes again.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy.answers.encoder import Encoder
from policy.answers.harm import ANY, HEADS, KINDS, HarmHeads, HarmReader
from policy.answers.harm_words import tokens
from policy.answers.lexicon import Lexicon
from policy.answers.spelling import Speller
from policy.answers.trained import MODEL
from policy.document import HarmKind
from policy.learning.labelled import QUESTIONS
from policy.learning.train_meaning import logistic
from policy.loading import load_policy

Doubles = NDArray[np.float64]
HARM, PLAIN = "harm", "harm_plain"
AT_RISK = "safeguarding_and_concerns"
"""The bank of questions on a child at risk and worries; only those that lead to a report are learnt from, as harm."""
ALL_OF = ("real_rules", "real_silent", "topics", "service", "small_talk")
EVERY = {"about_the_policy": 6, "silent": 3, "bank1": 1, "bank2": 1, "bank3": 1, "contact_with_pupils": 3}
SELDOM = 7
"""Of the ordinary questions of a bank each so manieth is learnt from."""
FEWEST_TIMES = 2
"""Times that a word or concept is met before it is learnt from."""
SCALE = 3.0
"""How much both parts of a question weigh against the regulariser."""
FALSE_ALARMS = 0.04
"""Share of the ordinary questions that may be heard as harm, on those that are held out."""


@dataclass(frozen=True)
class Example:
    """A question, its kind of harm (`harm` without one: harm of any kind; `None`: none), and whether it is held out."""

    question: str
    kind: str | None
    held: bool = False
    bank: str = HARM


def read_examples(folder: Path = QUESTIONS) -> list[Example]:
    """What is learnt from and what is held out, in a fixed order."""
    rows = [Example(row["q"], row["harm"], bool(row.get("held"))) for row in _rows(folder / f"{HARM}.jsonl")]
    rows += [Example(row["q"], row["harm"]) for row in _rows(folder / f"{PLAIN}.jsonl")]
    told = [row for row in _rows(folder / f"{AT_RISK}.jsonl") if row.get("flow") == "report_contact"]
    rows += [Example(row["q"], HARM, bank=AT_RISK) for row in told]
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in (HARM, PLAIN, AT_RISK, "followups", "phrasings"):
            continue
        ordinary = [row for row in _rows(path) if "3.safeguarding" not in row.get("clauses", ())]
        each = 1 if path.stem in ALL_OF else EVERY.get(path.stem, SELDOM)
        rows += [Example(row["q"], None, bool(row.get("held")), path.stem) for row in ordinary[::each]]
    return rows


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def learn(said: Sequence[frozenset[str]], vectors: Doubles, wanted: Doubles) -> HarmHeads:
    """One logistic regression for each column of `wanted`; a column learns from the rows that are not nan in it."""
    counts = Counter(token for tokens_ in said for token in tokens_)
    words = sorted(token for token, times in counts.items() if times >= FEWEST_TIMES)
    row_of = {word: row for row, word in enumerate(words)}
    rarity = np.array([math.log(len(said) / counts[word]) for word in words])
    bags = np.zeros((len(said), len(words)))
    for number, tokens_ in enumerate(said):
        rows = sorted(row_of[token] for token in tokens_ if token in row_of)
        bags[number, rows] = rarity[rows] / np.linalg.norm(rarity[rows])
    columns = np.hstack([SCALE * vectors, SCALE * bags, np.ones((len(said), 1))])
    learnt = []
    for head in wanted.T:
        known = ~np.isnan(head)
        learnt.append(logistic(columns[known], head[known]))
    weights = np.stack(learnt, axis=1)
    wide = vectors.shape[1]
    kept = [SCALE * weights[:wide], SCALE * weights[wide:-1], weights[-1]]
    of_vector, of_words, bias = (part.astype(np.float32) for part in kept)
    return HarmHeads(row_of, rarity.astype(np.float32), of_vector, of_words, bias, 0.0)


def wanted_of(example: Example) -> list[float]:
    """Harm at all, then each kind; nan where the bank does not say which kind it is, or where there is none.

    A kind is told from the other kinds only: it is asked for once harm has been heard.
    """
    if example.kind == HARM:
        return [1.0, *(math.nan for _ in KINDS)]
    if example.kind is None:
        return [0.0, *(math.nan for _ in KINDS)]
    return [1.0, *(float(example.kind == kind) for kind in KINDS)]


def main(path: Path = HEADS) -> None:
    """Learns, sets the limit on what is held out, reports, and writes the heads."""
    lexicon, encode, speller = Lexicon(), Encoder(MODEL), Speller.from_folder(MODEL)
    examples = read_examples()
    texts = [speller.plain_words(example.question) for example in examples]
    said = [tokens(text, lexicon.read(text)) for text in texts]
    vectors = np.stack([encode(text) for text in texts]).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = np.array([wanted_of(example) for example in examples])
    held = np.array([example.held for example in examples])
    learnt = np.flatnonzero(~held)
    heads = learn([said[at] for at in learnt], vectors[learnt], wanted[learnt])
    scores = np.array([heads(said[at], vectors[at].astype(np.float32))[ANY] for at in np.flatnonzero(held)])
    limit = float(np.quantile(scores[wanted[held, ANY] == 0], 1 - FALSE_ALARMS))
    kept = {name: getattr(heads, name) for name in ("rarity", "of_vector", "of_words", "bias")}
    np.savez(path, words=np.array(list(heads.words)), limit=np.float64(limit), **kept)
    reader = HarmReader(lexicon, encode, replace(heads, limit=limit), load_policy().clauses)
    report(reader, [(e, t) for e, t in zip(examples, texts, strict=True) if e.held])


def report(reader: HarmReader, held: Sequence[tuple[Example, str]]) -> None:
    """How much of what was held out is heard, by kind, and how much is heard where there is none."""
    heard = [(example, reader.read(example.question, text)) for example, text in held]
    for kind in HarmKind:
        of_kind = [said for example, said in heard if example.kind == kind]
        right, some = sum(said == kind for said in of_kind), sum(said is not None for said in of_kind)
        sys.stdout.write(f"{kind}: {some} of {len(of_kind)} heard, {right} as this kind\n")
    for name, is_bank in (("look-alikes", True), ("other questions", False)):
        none = [said for example, said in heard if example.kind is None and (example.bank == HARM) is is_bank]
        sys.stdout.write(f"{name}: {sum(said is not None for said in none)} of {len(none)} heard\n")


if __name__ == "__main__":
    main()
