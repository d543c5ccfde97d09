"""Data sets: what is downloaded (vision) and what installed packages carry or a rule makes (quick)."""
