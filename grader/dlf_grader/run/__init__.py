"""One run: what is graded, by whom, and what becomes of it."""
