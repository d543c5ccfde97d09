"""Training: recipes that train any model of the course on arrays held in memory."""
