"""Short trainings that each differ in one thing."""
