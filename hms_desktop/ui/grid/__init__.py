"""The day grid: columns of doctors (or days), rows of time, visits as boxes."""
