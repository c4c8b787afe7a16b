"""What answers the question that was put: how to say it, why, what instead, whether there will be trouble."""

from policy.answers.reading import Frame
from policy.document import Clause, Policy, Reply, WordsToUse


def words_for(policy: Policy, name: str, frame: Frame) -> tuple[WordsToUse, ...]:
    """The words to use that go with a clause or topic; those for what was read come first."""
    fitting = [words for words in policy.words_to_use if name in words.about]
    read = [words for words in fitting if words.when and frame.any(*words.when)]
    return (*read, *(words for words in fitting if not words.when))


def reply_to(
    policy: Policy, name: str, clause: Clause | None, frame: Frame, words: tuple[WordsToUse, ...]
) -> list[str]:
    """The reply to what was asked beside the rule: one sentence or none."""
    filled = (_filled(reply, clause, words) for reply in policy.replies if _fits(reply, name, frame))
    return list(filter(None, filled))[:1]


def _fits(reply: Reply, name: str, frame: Frame) -> bool:
    return frame.has(*reply.when) and (not reply.about or name in reply.about)


def _filled(reply: Reply, clause: Clause | None, words: tuple[WordsToUse, ...]) -> str:
    """The sentence of a reply with its place filled; empty where there is nothing to fill it with."""
    places = {
        "words": words[0].text if words else None,
        "instead": clause.instead if clause else None,
        "why": clause.why if clause else None,
    }
    if any(f"{{{name}}}" in reply.sentence and not value for name, value in places.items()):
        return ""
    return reply.sentence.format(**places)
