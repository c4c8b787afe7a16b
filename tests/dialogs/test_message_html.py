"""The words of a message in HTML."""

import pytest

from dialogs.message_html import MAX_HTML, words_in_html


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<div>you are <b>all</b> rubbish</div><p>and more</p>", "you are\nall\nrubbish\nand more"),
        ("Tea &amp; cake<br>&lt;at four&gt;", "Tea & cake\n<at four>"),
        ("<style>b{}</style><script>x()</script><!-- y -->Hello", "Hello"),
        ("no markup, 3 < 4", "no markup, 3 < 4"),
        ("", ""),
    ],
)
def test_words_stay_and_markup_goes(content: str, words: str) -> None:
    """A line for each piece between tags."""
    assert words == words_in_html(content)


def test_a_message_of_nothing_but_tags_is_read_soon() -> None:
    """The parser's time grows with the square of the depth; no more than `MAX_HTML` characters reach it."""
    assert "" == words_in_html("<div>" * MAX_HTML)
