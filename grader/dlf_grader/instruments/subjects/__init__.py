"""Subjects: what checks are about, and how each kind of it is run in the worker."""
