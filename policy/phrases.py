"""Phrases as the YAML files write them, compiled to regular expressions over simple words.

`|` stands between words that mean the same, `_` between the words of one such choice, `*` for any ending, and `...`
for up to three words.
"""

import re
from collections.abc import Iterable

ANY_ENDING = r"[a-z0-9']*"
GAP = r"(?:[a-z0-9']+ ){0,3}"


def compiled(phrases: Iterable[str], before: str, after: str) -> re.Pattern[str]:
    """One expression that finds any of the phrases, where `before` and `after` match around it."""
    return re.compile(before + "(?:" + "|".join(_pattern(str(phrase)) for phrase in phrases) + ")" + after)


def _pattern(phrase: str) -> str:
    """One phrase as a regular expression."""
    out = ""
    words = phrase.replace("'", "").replace("-", " ").split()
    for place, word in enumerate(words):
        if word == "...":
            out += GAP
            continue
        either = "|".join(re.escape(part).replace(r"\*", ANY_ENDING).replace("_", " ") for part in word.split("|"))
        out += f"(?:{either})" + (" " if place < len(words) - 1 else "")
    return out
