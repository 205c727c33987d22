"""Parts of the page of message texts."""
