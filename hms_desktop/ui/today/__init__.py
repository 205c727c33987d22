"""The doctor's day: the list, the consultation beside it, the history."""
