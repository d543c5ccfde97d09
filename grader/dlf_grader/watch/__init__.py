"""`dlf-grade MILESTONE --watch`: the exercise under way is graded whenever it is saved."""
