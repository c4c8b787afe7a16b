"""Words that the page does not carry, by the rules in `post_words.yaml`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policy.phrases import compiled
from policy.posts.findings import Finding, PostText, Severity

RULES = Path(__file__).with_suffix(".yaml")
WORD = re.compile(r"[£$€]\s?\d[\d,.]*(?:k|m)?\b|[A-Za-z0-9]+(?:['’][A-Za-z0-9]+)*|%")
SENTENCE = re.compile(r"[^.!?\n;]+(?:[.!?;](?=\S)[^.!?\n;]*)*")
MASKED = re.compile(r"(?<![\w*])[A-Za-z]{1,3}[*#@$]{1,6}[A-Za-z]{0,5}(?![\w*@])")
"""Swearing with stars in it, such as s**t."""
SET_ASIDE = "\x00"


@dataclass(frozen=True)
class Rule:
    """One rule of the file; what the fields mean is said at its head."""

    clause: str
    severity: Severity
    says: str
    mend: str
    phrases: re.Pattern[str]
    innocent: re.Pattern[str] | None = None
    milder: Mapping[Severity, re.Pattern[str]] | None = None
    asks: str = ""

    def severity_in(self, simple: str) -> Severity:
        """How severe it is in this sentence."""
        fitting = [mild for mild, pattern in (self.milder or {}).items() if pattern.search(simple)]
        return next((mild for mild in (Severity.NEEDS, Severity.NOTE) if mild in fitting), self.severity)


@dataclass(frozen=True)
class Sentence:
    """A sentence as simple words between spaces, and where each of them stands in the post."""

    text: str
    simple: str
    places: tuple[tuple[int, int, int], ...]

    def words(self, start: int, end: int) -> str:
        """The post's own words for a part of the simple ones."""
        inside = [(at, to) for place, at, to in self.places if start <= place < end]
        return self.text[inside[0][0] : inside[-1][1]] if inside else ""


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text; a stop inside a word ends none."""
    for found in SENTENCE.finditer(text):
        simple, places = " ", []
        for word in WORD.finditer(found[0]):
            places.append((len(simple), word.start(), word.end()))
            simple += _simple(word[0]) + " "
        yield Sentence(found[0], simple, tuple(places))


def check_words(post: PostText) -> Iterator[Finding]:
    """What single words and phrases say."""
    read = list(sentences(post.text))
    for rule in rules():
        found: dict[Severity, dict[str, None]] = {}
        for sentence in read:
            if words := _found(rule, sentence):
                found.setdefault(rule.severity_in(sentence.simple), {}).update(dict.fromkeys(words))
        for severity, words_found in found.items():
            yield _finding(rule, severity, tuple(words_found))
    if masked := tuple(dict.fromkeys(found[0] for found in MASKED.finditer(post.text))):
        abusive = next(rule for rule in rules() if rule.clause.endswith("will-not.abusive"))
        yield _finding(abusive, Severity.FORBIDS, masked)


def _simple(word: str) -> str:
    """A word as the rules write it."""
    if word[0] in "£$€":
        return "money"
    return "percent" if word == "%" else word.lower().replace("'", "").replace("’", "")


def _found(rule: Rule, sentence: Sentence) -> list[str]:
    simple = sentence.simple
    if rule.phrases.search(simple) is None:
        return []
    if rule.innocent:
        simple = rule.innocent.sub(lambda match: SET_ASIDE * len(match[0]), simple)
    return [sentence.words(*match.span()) for match in rule.phrases.finditer(simple)]


def _finding(rule: Rule, severity: Severity, words: tuple[str, ...]) -> Finding:
    asks = rule.asks if severity is Severity.NEEDS else ""
    return Finding(severity, rule.clause, words, rule.says, rule.mend, asks)


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of the file, compiled once."""
    return tuple(_rule(entry) for entry in yaml.safe_load(RULES.read_text(encoding="utf-8")))


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        clause=entry["clause"],
        severity=Severity(entry["severity"]),
        says=entry["says"],
        mend=entry["mend"],
        phrases=_pattern(entry["phrases"]),
        innocent=_pattern(entry["innocent"]) if "innocent" in entry else None,
        milder={Severity(name): _pattern(phrases) for name, phrases in entry.get("milder", {}).items()},
        asks=entry.get("asks", ""),
    )


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    return compiled(sorted(phrases, key=len, reverse=True), "(?<= )", "(?= )")
