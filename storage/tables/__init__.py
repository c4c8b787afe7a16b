"""Tables: the port, SQLite and Azure Table Storage behind it."""
