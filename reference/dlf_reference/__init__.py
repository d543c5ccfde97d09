"""The PyTorch side of the course: oracles, data, training, plots. Nothing here imports the grader."""
