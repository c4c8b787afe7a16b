"""What is taken as a link, in a field for links and in a message."""

import pytest

from dialogs.links import MAX_LINK, MAX_LINKS, NOT_A_LINK, read_links, split_links

LINK = "https://facebook.com/post/1"


@pytest.mark.parametrize(
    "typed",
    [LINK, f"<{LINK}>", f"({LINK})", f"{LINK},", f"{LINK}.", "facebook.com/post/1", f"{LINK} {LINK}"],
)
def test_a_link_is_read_as_a_browser_takes_it(typed: str) -> None:
    """With or without its scheme, brackets and full stops around it aside, and each once."""
    assert ((LINK,), "") == read_links(typed)


def test_brackets_that_belong_to_a_link_stay() -> None:
    """As in the titles of an encyclopaedia."""
    link = "https://en.wikipedia.org/wiki/Mercury_(planet)"
    assert ((link,), "") == read_links(link)


@pytest.mark.parametrize(
    "typed",
    [
        "fasebook",
        "https://[x",
        "ftp://example.org/a",
        "javascript:alert(1)//www.example.org/",
        "https://evil.example\\@www.facebook.com/x",
        "seen:https://example.org/a",
        f"https://example.org/{'a' * MAX_LINK}",
    ],
)
def test_what_is_no_link_is_named(typed: str) -> None:
    """Nothing is guessed: neither another scheme nor an address that browsers and Python would read differently."""
    assert ((), NOT_A_LINK.format(word=typed[:60])) == read_links(typed)


def test_more_links_than_fit_are_refused() -> None:
    """None is dropped without a word."""
    links, wrong = read_links(" ".join(f"{LINK}{number}" for number in range(MAX_LINKS + 1)))
    assert () == links and str(MAX_LINKS) in wrong


@pytest.mark.parametrize(
    ("message", "links", "words"),
    [
        (f"{LINK}\nwww.example.org", [LINK, "https://www.example.org"], ""),
        (f"Look: {LINK}.", [LINK], f"Look: {LINK}."),
        ("It was on facebook.com", [], "It was on facebook.com"),
        ("and/or e.g. this", [], "and/or e.g. this"),
        ("", [], ""),
    ],
)
def test_a_message_gives_its_links_and_stays_whole(message: str, links: list[str], words: str) -> None:
    """What was written is kept beside its links; a message of links alone leaves no words."""
    assert (links, words) == split_links(message)


def test_two_links_with_a_comma_between_them_are_two() -> None:
    """Without a space as well; a comma within an address stays."""
    assert (("https://example.org/a", "https://example.org/b?x=1,2"), "") == read_links(
        "https://example.org/a,https://example.org/b?x=1,2"
    )
