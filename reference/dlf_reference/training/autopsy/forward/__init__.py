"""A forward, followed function by function.

Checks ask for it beside the learner's code, in every worker, and so it imports no recipe.
"""
