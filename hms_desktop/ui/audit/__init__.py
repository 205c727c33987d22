"""The audit trail on the screen: filters, list, one entry, its check."""
