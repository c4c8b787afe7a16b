"""Suggested posts: the line manager's and the social media team's buttons, notices."""
