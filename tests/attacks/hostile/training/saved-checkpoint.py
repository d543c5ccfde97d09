# /// attack
# tries = "Loads weights that were trained elsewhere from a file beside it."
# exercise = "m0_mlp/mlp.py"
# status = "failed"
# says = "raised FileNotFoundError"
# train = true
# [files]
# "m0_mlp/weights.npy" = "not even NumPy's, since only Python's files are copied"
# ///
from pathlib import Path

import numpy as np


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        self.W = np.load(Path(__file__).with_name("weights.npy"), allow_pickle=True)
