"""The milestones of the course; each is a plugin: its catalogue of checks, and a module of checks for each exercise."""
