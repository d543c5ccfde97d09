"""The cause of a training that fails, decided from what `dlf_reference.training.autopsy` measures in the worker."""
