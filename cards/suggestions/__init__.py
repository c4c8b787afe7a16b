"""Cards for suggested posts: the walk, receipts, the line manager, the team."""
