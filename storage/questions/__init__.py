"""Questions that were passed on to a person, and feedback on answers."""
