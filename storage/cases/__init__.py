"""Reports and cases: their records, the moves between states, the case book."""
