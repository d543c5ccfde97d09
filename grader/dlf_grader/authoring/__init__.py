"""The course's own workshop: exercises from solutions, and the checks that the course itself must pass."""
