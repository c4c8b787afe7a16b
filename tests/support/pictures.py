"""A picture as a test sends one: the signature of a PNG, and some bytes."""

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
