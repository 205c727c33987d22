"""The list of appointments: filters, steps for many at once, export."""
