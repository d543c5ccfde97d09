"""Edits of code, one step each: in our solutions for the dictionary, in a learner's file for a repair or a remedy."""
