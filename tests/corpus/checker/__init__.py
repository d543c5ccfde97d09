"""Judges an answer against PyTorch and NumPy, in a few lines an exercise, without the grader."""
