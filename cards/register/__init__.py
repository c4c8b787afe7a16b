"""The list of cases, its figures, and the files that are exported from it."""
