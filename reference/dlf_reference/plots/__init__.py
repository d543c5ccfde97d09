"""Every picture of the course, drawn by code."""
