"""What cards are built from: fields, times, mentions."""
