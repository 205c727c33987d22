"""Side panels with the form of one entry: drafts, errors at the field, what somebody changed."""
