"""Out: messages, cards, rosters and files, over the REST API of Teams."""
