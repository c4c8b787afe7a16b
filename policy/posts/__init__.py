"""The check of a suggested post against the will-not-post list."""
