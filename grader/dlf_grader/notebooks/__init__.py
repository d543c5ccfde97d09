"""Notebooks: cells, the `%dlf` magic, nbgrader."""
