"""A doctor’s calendar: day, week, month."""
