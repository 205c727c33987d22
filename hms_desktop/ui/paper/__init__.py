"""Paper on the screen and on its way to a printer or a file."""
