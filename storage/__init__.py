"""What is kept: records, the books that write them, and the tables below."""
