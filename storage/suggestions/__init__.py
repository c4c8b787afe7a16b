"""Suggested posts: their records, the moves between states, the book."""
