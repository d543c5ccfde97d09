"""A learner's files, read and not run: what stands where, and what a failing function does as it is written."""
