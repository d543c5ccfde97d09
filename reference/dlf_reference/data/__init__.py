"""Data sets: what is downloaded (vision, text) and what installed packages carry or a rule makes (quick)."""


class DataError(RuntimeError):
    """A data set is not there, or not whole; the text says which, where, and what was expected."""
