"""Patients on the screen: found, registered, edited and shown."""
