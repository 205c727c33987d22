"""Parts of the page of log-ins."""
