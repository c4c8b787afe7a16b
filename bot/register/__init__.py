"""The list of cases: searches, figures, exports, retention reviews."""
