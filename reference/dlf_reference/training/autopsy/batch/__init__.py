"""What a recipe's first batches and steps show of a model."""
