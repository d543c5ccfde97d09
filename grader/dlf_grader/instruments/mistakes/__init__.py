"""Mistakes with a name, and how the one behind a wrong array is found."""
