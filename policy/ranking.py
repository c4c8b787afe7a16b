"""Nearest questions by TF-IDF: enough for a policy without a trained model, and the baseline for one with it."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

WORD = re.compile(r"[a-z0-9']+")
QUESTIONS = Path(__file__).parent / "questions"


@dataclass(frozen=True)
class Known:
    """A question whose answer is known."""

    question: str
    verdict: str
    clauses: tuple[str, ...]
    flow: str | None = None
    kind: str = "plain"


def terms(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return words + [f"{a} {b}" for a, b in pairwise(words)]


class Nearest:
    """Finds the known questions most like a new one (cosine of TF-IDF)."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.known = list(known)
        counts = [Counter(terms(item.question)) for item in self.known]
        seen = Counter(term for count in counts for term in count)
        self._rarity = {term: math.log((1 + len(counts)) / (1 + n)) + 1 for term, n in seen.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, count in enumerate(counts):
            for term, weight in self._weights(count).items():
                self._postings.setdefault(term, []).append((number, weight))

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        raw = {t: (1 + math.log(n)) * self._rarity[t] for t, n in count.items() if t in self._rarity}
        length = math.sqrt(sum(w * w for w in raw.values())) or 1.0
        return {t: w / length for t, w in raw.items()}

    def nearest(self, question: str, count: int = 10) -> list[tuple[float, Known]]:
        scores: Counter[int] = Counter()
        for term, weight in self._weights(Counter(terms(question))).items():
            for number, other in self._postings.get(term, ()):
                scores[number] += weight * other  # type: ignore[assignment]
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]
        return [(float(score), self.known[number]) for number, score in best]


def read_questions(path: Path, verdicts: Mapping[str, str]) -> list[Known]:
    """Reads a file of questions: labelled ones, or phrasings with one clause each."""
    known = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        if "clause" in row:
            known.append(Known(row["q"], verdicts.get(row["clause"], "not_covered"), (row["clause"],)))
        else:
            known.append(Known(row["q"], row["verdict"], tuple(row["clauses"]), row.get("flow"), row["kind"]))
    return known
