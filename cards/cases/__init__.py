"""Cards that the DSL sees: the alert, the open case, its forms, reminders."""
