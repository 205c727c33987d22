"""Backups of a database: sealed files, what goes into them, and the way back."""
