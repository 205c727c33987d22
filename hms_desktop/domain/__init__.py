"""Rules, wishes and rows that are true without a screen or a database."""
