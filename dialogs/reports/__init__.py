"""The walk through a report, and the reporter's own reports."""
