"""The list of cases: reading it, figures, exports, retention, auditing."""
