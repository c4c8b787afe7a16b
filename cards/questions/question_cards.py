"""A question that is passed on to the policy's owners: asking first, their card, and what comes back."""

from microsoft_teams.cards import CardElement, TextInput

from cards.kit.elements import Card, button, card, escape, heading, labelled, notice, problem, words
from cards.kit.times import said
from cards.questions.answer_cards import VERDICTS
from cards.verbs import Verb
from policy.document import Verdict
from storage.questions.question_book import PassedOn

MAX_TEXT = 2_000
"""Characters of a question or an answer that is passed on."""
TOO_SHORT = "Write your question here, in a sentence."
TOO_LONG = "This is {length:,} characters long, and {limit:,} fit."
NO_ANSWER = "Write the answer here first."


def in_words(bot_said: str) -> str:
    """What the bot had answered, for people: the verdict as its card said it, and the clauses."""
    verdict, _, clauses = bot_said.partition(" ")
    if verdict not in set(Verdict):
        return ""
    said_then = VERDICTS[Verdict(verdict)][0].format(who="staff")
    return f"{said_then} ({clauses})" if clauses else said_then


def consent_card(question_id: str, question: str, bot_said: str, wrong: str = "") -> Card:
    """Asks before anything leaves the chat: the words can be changed, and the name goes along."""
    data = {"id": question_id, "said": bot_said}
    return card(
        [
            heading("Pass your question on?"),
            words("It goes to those who answer for the policy, with your name, so that they can answer you "
                  "here. Leave out names of pupils and colleagues; if somebody may be at risk, report it instead."),
            TextInput(id="question", label="Your question", is_multiline=True, value=question or None),
            problem(wrong),
        ],
        [
            button("Pass it on", Verb.SEND_ON, data, style="positive"),
            button("No, leave it", Verb.LEAVE_IT, associated_inputs="none"),
            button("Report instead", Verb.REPORT, associated_inputs="none"),
        ],
    )  # fmt: skip


def passed_on_card(question: PassedOn, *, channel: bool) -> Card:
    """What the asker sees then."""
    text = "I will tell you here as soon as they answer." if channel else (
        "Their channel is not set up here yet, so it waits. Please also ask your line manager."
    )  # fmt: skip
    return card(
        [
            heading("Your question is passed on"),
            labelled("You asked", question.text),
            words(text),
            words("Until there is an answer: the policy's silence is not permission."),
        ],
        [button("Ask another question", Verb.ASK)],
    )


def left_card() -> Card:
    """Nothing was passed on."""
    return card([words("Your question was not passed on, and is not kept.", is_subtle=True)])


def question_card(question: PassedOn, note: str = "", typed: str = "", wrong: str = "") -> Card:
    """The question in the owners' channel, as it stands: with a field for the answer, or with the answer."""
    body: list[CardElement | None] = [
        heading("A question about the policy", small=f"Asked {said(question.asked_at)} by {question.asker.name}"),
        labelled("Question", question.text),
        words(f"The bot had said: {escape(in_words(question.bot_said))}", is_subtle=True, size="Small")
        if question.bot_said
        else None,
        notice(note, "accent") if note else None,
    ]
    if question.answer:
        by = question.answered_by.name if question.answered_by else ""
        when = f", {said(question.answered_at)}" if question.answered_at else ""
        unsent = labelled("You wrote", typed) if typed else None
        return card(
            [*body, labelled(f"Answered by {by}{when}", question.answer), unsent], fallback="A question, answered"
        )
    field = TextInput(id="answer", label="Your answer", is_multiline=True, value=typed or None)
    body += [field, problem(wrong), words("It goes to the asker as you write it.", size="Small", is_subtle=True)]
    answer = button("Send the answer", Verb.ANSWER, {"question": question.id}, style="positive")
    return card(body, [answer], fallback="A question about the policy")


def answered_card(question: PassedOn) -> Card:
    """The answer, as the asker reads it."""
    by = question.answered_by.name if question.answered_by else "the policy's owners"
    return card(
        [heading("Your question was answered", small=f"By {by}"), labelled("You asked", question.text),
         labelled("Answer", question.answer)],
        [button("Ask another question", Verb.ASK)],
        fallback="Your question about the policy was answered",
    )  # fmt: skip


def wrong_answer_card(feedback_id: str, at: str, question: str, bot_said: str) -> Card:
    """A no is kept; the question only with the person's word."""
    data = {"id": feedback_id, "at": at, "said": bot_said}
    return card(
        [
            heading("Thank you for telling us"),
            words("That this answer was not right is kept, without your name. May your question be kept with it? "
                  "It helps to mend the answer."),
            labelled("Your question", question),
        ],
        [
            button("Keep my question too", Verb.KEEP_QUESTION, {**data, "question": question}),
            button("No, without it", Verb.LEAVE_IT),
            button("Pass my question on", Verb.HAND_ON, {"question": question, "said": bot_said}),
        ],
    )  # fmt: skip


def kept_card() -> Card:
    """The question is kept with the no."""
    return card([words("Thank you. Your question is kept for the next revision, without your name.", is_subtle=True)])
