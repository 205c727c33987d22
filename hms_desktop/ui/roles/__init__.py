"""Parts of the page of roles."""
