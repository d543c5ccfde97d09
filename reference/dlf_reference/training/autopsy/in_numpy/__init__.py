"""The first steps of what is trained in NumPy, and what they should have been."""
