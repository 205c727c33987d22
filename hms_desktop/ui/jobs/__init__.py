"""Parts of the Jobs page."""
