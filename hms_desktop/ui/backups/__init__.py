"""The parts of the page of backups: table, recovery key, restoring; and the way out at start."""
