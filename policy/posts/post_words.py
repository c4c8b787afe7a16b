"""Words that the page does not carry, by the rules in `post_words.yaml`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policy.phrases import compiled
from policy.posts.findings import Finding, PostText, Severity, Span
from policy.posts.name_lists import fold
from policy.posts.post_reading import PostReading

RULES = Path(__file__).with_suffix(".yaml")
WORD = re.compile(r"[£$€]\s?\d[\d,.]*(?:k|m)?\b|[A-Za-z0-9]+(?:['’][A-Za-z0-9]+)*|%")
SENTENCE = re.compile(r"[^.!?\n;]+(?:[.!?;](?=\S)[^.!?\n;]*)*")
MASKED = re.compile(r"(?<![\w*])(?:[A-Za-z]{1,3}[*#@$]{1,6}[A-Za-z]{1,5}|[A-Za-z]{2,3}\*{2,6})(?![\w*@])")
"""Swearing with stars in it, such as s**t or fu**. A letter and one sign is a grade or a note: A*, C#, A*A."""
GRADES = re.compile(r"[A-E*#]+s?")
SET_ASIDE = "\x00"


@dataclass(frozen=True)
class WordRule:
    """One rule of the file; what the fields mean is said at its head."""

    clause: str
    kind: str
    severity: Severity
    says: str
    mend: str
    phrases: re.Pattern[str]
    innocent: re.Pattern[str] | None = None
    milder: re.Pattern[str] | None = None
    asks: str = ""

    def severity_in(self, simple: str) -> Severity:
        """How severe it is in this sentence."""
        return Severity.NOTE if self.milder and self.milder.search(simple) else self.severity


@dataclass(frozen=True)
class Sentence:
    """A sentence as simple words between spaces, and where each of them stands in the post's text."""

    simple: str
    places: tuple[tuple[int, int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the simple words stands in the post's text."""
        inside = [(at, to) for place, at, to in self.places if start <= place < end]
        return (inside[0][0], inside[-1][1]) if inside else (0, 0)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text; a stop inside a word ends none."""
    for found in SENTENCE.finditer(text):
        simple, places = " ", []
        for word in WORD.finditer(text, *found.span()):
            places.append((len(simple), word.start(), word.end()))
            simple += _simple(word[0]) + " "
        yield Sentence(simple, tuple(places))


class WordCheck:
    """Looks for what single words and phrases say, by a set of rules."""

    def __init__(self, rules: Sequence[WordRule]) -> None:
        self._rules = tuple(rules)
        self._abusive = next(rule for rule in rules if rule.kind == "abusive")

    def __call__(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        """One finding for each rule and each severity that it has here."""
        read = list(sentences(reading.text))
        for rule in self._rules:
            found: dict[Severity, list[Span]] = {}
            for sentence in read:
                spans = _found(rule, sentence)
                if spans:
                    places = (reading.place(*span) for span in spans)
                    found.setdefault(rule.severity_in(sentence.simple), []).extend(places)
            for severity, places_found in found.items():
                yield _finding(rule, severity, tuple(places_found))
        if masked := tuple(
            reading.place(*found.span()) for found in MASKED.finditer(reading.text) if not GRADES.fullmatch(found[0])
        ):
            yield _finding(self._abusive, Severity.ASK, masked)


def _simple(word: str) -> str:
    """A word as the rules write it."""
    if word[0] in "£$€":
        return "money"
    return "percent" if word == "%" else fold(word).replace("'", "")


def _found(rule: WordRule, sentence: Sentence) -> list[tuple[int, int]]:
    simple = sentence.simple
    if rule.phrases.search(simple) is None:
        return []
    if rule.innocent:
        simple = rule.innocent.sub(lambda match: SET_ASIDE * len(match[0]), simple)
    return [sentence.span(*match.span()) for match in rule.phrases.finditer(simple)]


def _finding(rule: WordRule, severity: Severity, places: tuple[Span, ...]) -> Finding:
    asks = rule.asks if severity is Severity.ASK else ""
    return Finding(rule.kind, severity, rule.clause, places, rule.says, rule.mend, asks)


def load_rules() -> tuple[WordRule, ...]:
    """The rules of the file, compiled."""
    return tuple(_rule(entry) for entry in yaml.safe_load(RULES.read_text(encoding="utf-8")))


def _rule(entry: Mapping[str, Any]) -> WordRule:
    return WordRule(
        clause=entry["clause"],
        kind=entry["kind"],
        severity=Severity(entry["severity"]),
        says=entry["says"],
        mend=entry["mend"],
        phrases=_pattern(entry["phrases"]),
        innocent=_pattern(entry["innocent"]) if "innocent" in entry else None,
        milder=_pattern(entry["milder"]["note"]) if "milder" in entry else None,
        asks=entry.get("asks", ""),
    )


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    return compiled(sorted(phrases, key=len, reverse=True), "(?<= )", "(?= )")
