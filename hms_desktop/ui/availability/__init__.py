"""Working hours, dates that differ, leave, and moving the visits that a leave hits."""
