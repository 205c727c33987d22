"""The exports page's parts: asking for a file, words."""
