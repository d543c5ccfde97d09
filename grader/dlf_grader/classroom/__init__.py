"""Grading a whole class: `dlf-grade batch`."""
