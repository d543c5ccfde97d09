"""Record-setting variants of the solutions: each module says what it adds to the one as taught, and what that gains."""
