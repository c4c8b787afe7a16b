"""Cards for answers of the policy and for questions that are passed on."""
