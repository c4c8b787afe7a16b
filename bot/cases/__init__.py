"""Reports and their cases: routes, access, the DSL's buttons, notices, reminders."""
