"""The pages of the window: one file a subject, each a controller of its widgets."""
