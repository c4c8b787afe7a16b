"""Questions to the policy, and the way to a person where it gives no answer."""
