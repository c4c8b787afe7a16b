"""The words of a message that Teams hands over as HTML."""

from selectolax.lexbor import LexborHTMLParser

MAX_HTML = 30_000
"""Characters that are read. The parser's time grows with the square of how deep elements stand in each other."""


def words_in_html(content: str) -> str:
    """The text of a message, one line for each piece of it that stands between tags; scripts and styles say nothing."""
    body = LexborHTMLParser(content[:MAX_HTML]).body
    return body.text(separator="\n", strip=True) if body else ""
