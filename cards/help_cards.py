"""What the bot can do, whom to ring, and the short answers that belong to no walk."""

from cards.kit.elements import Card, button, card, demo_note, heading, notice, words
from cards.reports.report_cards import Help
from cards.verbs import Verb

GREETING = "The social media policy, here when you need it"
TYPED_COMMANDS = (
    "You can also type: **report**, **rules**, **my reports**, **suggest a post**, **my suggestions**, **help** or "
    "**cancel**. Anything else I take as a question."
)

STORAGE_DOWN = (
    "My storage does not answer just now, so I cannot take a report. If you need to send one, use the trust's "
    "reporting form: {form}"
)


def welcome_card(people: Help) -> Card:
    """The first thing that a person sees, and what `help` shows."""
    return card(
        [
            heading(GREETING, small="True Learning Partnership"),
            words("- **Ask** whether you may do something on social media. You get the rule word for word.\n"
                  "- **Report** an offensive or defamatory post. You get a reference, and hear what happens.\n"
                  "- **Suggest** something for our official Facebook page."),
            notice(_emergency(people)),
            demo_note(people.demo),
            words(TYPED_COMMANDS, size="Small", is_subtle=True),
        ],
        [
            button("Ask a question", Verb.ASK),
            button("Report a post", Verb.REPORT),
            button("Suggest a post", Verb.SUGGEST),
        ],
        fallback=GREETING,
    )  # fmt: skip


def _emergency(people: Help) -> str:
    if people.phones:
        return "If somebody is in danger, ring 999 first, then:\n\n" + "\n\n".join(people.phones)
    return (
        "If somebody is in danger, ring 999 first, then speak to your school's designated safeguarding lead (DSL). "
        "Their telephone number is not set up here yet."
    )


def ask_card() -> Card:
    """How to ask."""
    return card(
        [
            heading("Ask in your own words"),
            words("Type what you would like to do and send it, for example:\n\n"
                  "- Can I post a photo of my class on my Instagram?\n"
                  "- A pupil has sent me a friend request. What do I do?\n"
                  "- May we use WhatsApp for the year team?"),
        ],
        [button("Show the rules for staff", Verb.RULES)],
    )  # fmt: skip


def storage_down_card(people: Help) -> Card:
    """The storage does not answer: nothing can be kept now, and how to report all the same."""
    return card(
        [
            heading("I cannot keep anything just now"),
            words("My storage does not answer, so what you just sent was **not** taken. Questions about the policy "
                  "still work. Please try again in a few minutes."),
            words(f"If it cannot wait, use the trust's reporting form: {people.form}"),
            notice(_emergency(people)),
            demo_note(people.demo),
        ],
        [button("Try again: report", Verb.REPORT)],
        fallback="I cannot keep anything just now. Please use the trust's reporting form.",
    )  # fmt: skip


def unknown_button_card() -> Card:
    """A button that this version does not know."""
    return card(
        [heading("That button does not work any more"), words("It is from an older card. Here is what I can do now.")],
        [button("Ask a question", Verb.ASK), button("Report a post", Verb.REPORT), button("Help", Verb.HELP)],
    )
