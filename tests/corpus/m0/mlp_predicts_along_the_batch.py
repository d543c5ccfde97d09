# exercise = "m0_mlp/mlp.py"
# mistake = "argmax(axis=0): one row for each class"
# caught_by = ["m0.mlp.predict", "m0.mlp.evaluate"]
# names = "axis|class|row"
# methods = true
import numpy as np


class TwoLayerMLP:
    def predict(self, x):
        return np.argmax(self.forward(x), axis=0).astype(np.int64)
