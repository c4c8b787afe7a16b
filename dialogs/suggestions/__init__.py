"""The walk through a suggestion, and the author's own suggestions."""
