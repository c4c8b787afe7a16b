"""The trust's facts from `trust.yaml`: schools, leaders, calendar, hours, retention rules."""
