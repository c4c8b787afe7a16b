"""What the structured copy says, clause by clause: no act is named that was not asked about; topics, words, replies."""

import re
from collections.abc import Iterator

import pytest

from policy.answers.judging import Judgement
from policy.answers.lexicon import Lexicon
from policy.answers.reading import Frame
from policy.answers.wording import Answer, from_clauses, on_topic
from policy.document import Clause, Policy, SpecialCase, Verdict
from policy.learning.checking import unread_words

NAMED_BY = {
    "accept": r"\bfriend request|\baccept(?!able)",
    "follow": r"\bfollow(s|ed)?\b(?! this)|\bfollowing\b(?! the)",
    "message": r"\bmessages?\b|\bmessaging\b",
    "group": r"\bgroups?\b",
    "like": r"\ba like\b|\bliking\b|\bliked\b",
    "comment": r"\bcomment(s|ing|ed)?\b",
    "tag": r"\btag(s|ged|ging)?\b",
    "image": r"\bphotos?\b|\bpictures?\b|\bimages?\b|\bvideos?\b",
    "livestream": r"\blivestream|\bgoing live\b",
    "game": r"\bgam(e|es|ing)\b",
    "review": r"\breviews?\b(?!ed)",
    "meme": r"\bmemes?\b|\bjokes?\b",
    "call": r"\bcalls?\b",
}
"""The acts that a person may ask about, and the words by which a sentence names each."""
ALONE = "nothing else"


def named(sentence: str) -> set[str]:
    """The acts that a sentence names."""
    return {act for act, words in NAMED_BY.items() if re.search(words, sentence, re.IGNORECASE)}


def walk(policy: Policy) -> Iterator[tuple[Clause, SpecialCase | None, Verdict, str]]:
    """Every clause with each of its cases and each verdict that it has words for, and each act or none."""
    for clause in policy.clauses:
        answers = [(None, verdict) for verdict in (clause.verdict, *clause.says)]
        for case, verdict in [*answers, *((case, case.verdict) for case in clause.cases)]:
            for act in (ALONE, *NAMED_BY):
                yield clause, case, verdict, act


def said(policy: Policy, clause: Clause, case: SpecialCase | None, verdict: Verdict, act: str) -> Answer:
    """What is said where this case and this act were read, and that it has happened."""
    concepts = frozenset({"happened", *(case.when if case else ()), act} - {ALONE})
    return from_clauses(policy, Judgement(verdict, (clause,), case=case, frame=Frame(concepts)))


def test_no_sentence_names_an_act_that_was_not_asked_about(policy: Policy) -> None:
    """What the rule itself is about (`about`), what was asked and what the case is about may be named, nothing else."""
    wrong = []
    for clause, case, verdict, act in walk(policy):
        answer = said(policy, clause, case, verdict, act)
        may_be_named = {*clause.about, act, *(case.when if case else ())}
        for sentence in filter(None, (answer.sentence, answer.instead, answer.now)):
            strange = named(sentence) - may_be_named
            if strange:
                wrong.append((clause.id, case.when if case else verdict, act, strange, sentence))
    assert [] == wrong


def test_each_act_that_has_words_is_named_in_them(policy: Policy) -> None:
    """Words for an act that do not speak of it would be the stock sentence again."""
    for clause in policy.clauses:
        for acts in (clause.acts, *(case.acts for case in clause.cases)):
            for act, sentence in acts.items():
                assert act in named(sentence), (clause.id, act, sentence)


def test_the_act_that_was_asked_about_has_its_own_words(policy: Policy) -> None:
    """To follow, to like, to be in a group or in a game with a pupil: each is answered as what it is."""
    contact = policy.clause("3.must-not.pupil-contact")
    sentences = [said(policy, contact, None, Verdict.MUST_NOT, act).sentence for act in contact.acts]
    assert len(contact.acts) == len(set(sentences))
    assert "friend request" not in said(policy, contact, None, Verdict.MUST_NOT, "follow").sentence


def test_an_exception_takes_back_what_to_do_at_once(policy: Policy) -> None:
    """A mother is not told to leave her daughter unanswered and to tell the DSL."""
    messages = policy.clause("3.pupil-messages")
    family = messages.case(frozenset({"own_relative", "family", "pupil", "happened"}))
    answer = said(policy, messages, family, Verdict.CONDITIONAL, "message")
    assert answer.now is None
    assert answer.instead
    assert "DSL" not in answer.instead
    assert () == answer.words


def test_the_schools_own_systems_are_no_personal_accounts(policy: Policy, lexicon: Lexicon) -> None:
    for question in ("a y9 sent me a message on teams at 10pm", "pupils comment on google classroom to me"):
        concepts = lexicon.read(question).concepts
        for name in ("3.pupil-messages", "3.must-not.pupil-contact"):
            case = policy.clause(name).case(concepts)
            assert case is not None
            assert Verdict.CONDITIONAL == case.verdict
            assert case.flow is None


def test_friends_of_ones_child_are_no_family(policy: Policy, lexicon: Lexicon) -> None:
    concepts = lexicon.read("my sons mates want to add me on snap").concepts
    case = policy.clause("3.must-not.pupil-contact").case(concepts)
    assert case is not None
    assert Verdict.MUST_NOT == case.verdict


def test_family_is_read_however_it_is_spelt(lexicon: Lexicon) -> None:
    for word in ("nephew", "nefew", "neice", "cuzin", "own lad"):
        assert {"family", "own_relative"} <= lexicon.read(f"my {word} is in year 8 and messages me").concepts, word


def test_every_topic_can_be_said(policy: Policy) -> None:
    """A sentence without shouting, with capitals and whom to ask filled in, and never a yes or a scold."""
    assert policy.topics
    for topic in policy.topics:
        answer = on_topic(policy, topic, Frame(frozenset()))
        assert Verdict.NOT_COVERED == answer.verdict
        assert topic is answer.topic
        assert not re.search(r"[{}!]|not permission|^Yes", answer.sentence), answer.sentence
        assert all(part[:1].isupper() or part[:1] == "“" for part in re.split(r"(?<=[.?]) ", answer.sentence)), topic.id
        assert not topic.ask or policy.whom_to_ask(topic).lower() in answer.sentence.lower(), topic.id


def test_private_life_goes_to_hr_in_confidence_and_to_no_manager(policy: Policy) -> None:
    """To ask one's line manager about a dating app would tell what nobody needs to know."""
    for name in ("dating_app", "adult_content", "second_life", "relationships", "own_health_and_family"):
        topic = policy.topic(name)
        assert topic is not None
        assert "hr" in topic.ask
        assert "line_manager" not in topic.ask


def test_how_to_say_it_is_answered_with_words(policy: Policy, lexicon: Lexicon) -> None:
    clause = policy.clause("3.must-not.pupil-contact")
    frame = lexicon.read("a pupil asked to follow me, how do i say no kindly")
    answer = from_clauses(policy, Judgement(clause.verdict, (clause,), frame=frame))
    assert "You could say: “" in answer.sentence
    assert answer.words[0].text in answer.sentence


@pytest.mark.parametrize(
    ("question", "clause", "part"),
    [
        ("what should we use instead", "3.must-not.work-email", "private email address"),
        ("why not, whats the harm", "3.must-not.pupil-contact", "a good one is this"),
        ("will i get into trouble", "3.must-not.complain", "staff behaviour policy"),
        ("its already public", "3.must-not.pupil-images", "public already"),
        ("can they make me", "2.1.will-not.names-photos", "Nobody has to be shown"),
    ],
)
def test_the_question_that_was_put_is_answered(
    policy: Policy, lexicon: Lexicon, question: str, clause: str, part: str
) -> None:
    rule = policy.clause(clause)
    answer = from_clauses(policy, Judgement(rule.verdict, (rule,), frame=lexicon.read(question)))
    assert part in answer.sentence


def test_a_reply_stays_away_where_nothing_was_asked(policy: Policy) -> None:
    rule = policy.clause("3.must-not.pupil-contact")
    assert rule.answer == from_clauses(policy, Judgement(rule.verdict, (rule,))).sentence


def test_words_to_use_are_in_the_first_person_and_short(policy: Policy) -> None:
    assert policy.words_to_use
    for words in policy.words_to_use:
        assert re.search(r"\b(I|me|us|we|We)\b|I'", words.text), words.id
        assert len(words.text) <= 260, words.id
        assert "!" not in words.text


def test_readings_are_in_the_words_of_the_asker(policy: Policy) -> None:
    """The policy's headings told nobody which of them was meant."""
    named_as = [thing.asked_as for thing in (*policy.clauses, *policy.topics)]
    assert all(named_as)
    assert len(named_as) == len(set(named_as))


def test_nothing_in_the_copy_names_what_there_is_not(policy: Policy) -> None:
    """Concepts, clauses, topics, roles and documents that the copy names all exist."""
    assert [] == list(unread_words(policy))
