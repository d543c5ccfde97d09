"""Training checks: a goal under our recipe, and the pictures of how it went."""
