"""Paper: rows in, PDF out."""
