"""Parts of the page with snippets and the drug list."""
