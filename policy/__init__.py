"""What the policy says: the structured copy, and the answers that it gives."""
