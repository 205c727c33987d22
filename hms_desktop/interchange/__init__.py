"""Files from and for other programs: rows in, rows out."""
