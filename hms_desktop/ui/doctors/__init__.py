"""Doctors as an administrator keeps them: list, details, form, approval, leaving."""
