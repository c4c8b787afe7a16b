"""Private facts of one child: certain where the child is named beside them, else a guess."""

from collections.abc import Iterator
from dataclasses import replace

from policy.posts.findings import Finding, PostText, Severity, Span
from policy.posts.post_people import PeopleCheck
from policy.posts.post_reading import PostReading
from policy.posts.post_words import SENTENCE, WordCheck

KIND = "sensitive"
NAMED_SAYS = "It tells something private about a child who is named, which is not for a public page."


class PrivateCheck:
    """What the words say; a private fact in a sentence that names a child is a stop."""

    def __init__(self, words: WordCheck, people: PeopleCheck) -> None:
        self._words = words
        self._people = people

    def __call__(self, post: PostText, reading: PostReading) -> Iterator[Finding]:
        """The findings of the words, some of them weightier."""
        for finding in self._words(post, reading):
            certain = (
                finding.kind == KIND and finding.severity is Severity.ASK and self._names_a_child(finding, reading)
            )
            yield replace(finding, severity=Severity.STOP, says=NAMED_SAYS) if certain else finding

    def _names_a_child(self, finding: Finding, reading: PostReading) -> bool:
        sentences = (reading.place(*found.span()) for found in SENTENCE.finditer(reading.text))
        beside = [sentence for sentence in sentences if any(_is_in(place, sentence) for place in finding.places)]
        children = [reading.place(*span) for span in self._people.children_in(reading.text)]
        return any(_is_in(child, sentence) for child in children for sentence in beside)


def _is_in(part: Span, whole: Span) -> bool:
    return whole.start <= part.start < whole.end
