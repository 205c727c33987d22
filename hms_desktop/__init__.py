"""HMS Desktop: the front-desk program of a hospital."""

__version__ = "0.3.0"
