"""What staff said about the answers, for the next revision of the structured copy: `python -m bot review`."""

from cards.kit.times import said
from storage.questions.question_book import Feedback, PassedOn, QuestionBook


async def review(questions: QuestionBook) -> str:
    """Every question that was passed on, and every answer that was called wrong. May raise `StorageUnavailable`."""
    passed_on, wrong = await questions.all_questions(), await questions.all_feedback()
    return "\n".join(
        [
            f"Questions passed on to a person: {len(passed_on)}",
            *(_question(question) for question in passed_on),
            f"Answers called wrong: {len(wrong)}",
            *(_feedback(feedback) for feedback in wrong),
        ]
    )


def _question(question: PassedOn) -> str:
    by = question.answered_by.name if question.answered_by else ""
    answer = f"{question.answer} ({by})" if question.answer else "not answered yet"
    return (
        f"- {said(question.asked_at)}\n    asked: {_one_line(question.text)}\n    the bot said: {question.bot_said}\n"
        f"    answer: {_one_line(answer)}"
    )


def _feedback(feedback: Feedback) -> str:
    question = _one_line(feedback.question) or "(the person did not want their question kept)"
    return f"- {said(feedback.at)}\n    the bot said: {feedback.bot_said}\n    asked: {question}"


def _one_line(text: str) -> str:
    """Text that people typed, safe for a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
