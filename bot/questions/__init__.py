"""Questions to the policy: buttons, notices, and the review of what was passed on."""
