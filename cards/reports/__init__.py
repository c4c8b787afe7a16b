"""Cards that reporters see: the walk, the receipt, their own reports."""
