"""In: from an HTTP request of Teams to the handler of a message, a button, a task module or a message extension."""
