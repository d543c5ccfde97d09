# /// attack
# tries = "Never learns, and looks for the test labels in every frame and object when it is asked to predict."
# exercise = "m0_mlp/mlp.py"
# status = "failed"
# says = "fc1"
# train = true
# ///
import gc
import sys

import numpy as np


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        self.num_classes = num_classes

    def train_step(self, x, y, lr=0.01):
        return 0.1

    def predict(self, x):
        frame = sys._getframe()
        while frame is not None:
            for name, value in frame.f_locals.items():
                if "test" in name and getattr(value, "shape", None) == (len(x),):
                    return value
            frame = frame.f_back
        for thing in gc.get_objects():
            if isinstance(thing, dict) and "y_test" in thing:
                return thing["y_test"]
        return np.zeros(len(x), np.int64)
