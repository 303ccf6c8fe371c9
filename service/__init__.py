"""Screens identity documents before they reach Blaaiz, and forwards those that pass."""

__version__ = "0.1.0"
