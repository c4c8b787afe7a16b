"""What is due gets there: the notifier, the ticker, the housekeeper."""
