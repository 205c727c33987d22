"""The book part of the front desk: toolbar, booking line, day grid, and its side panels."""
