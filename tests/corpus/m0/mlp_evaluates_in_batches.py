# exercise = "m0_mlp/mlp.py"
# mistake = "evaluate averages the accuracies of batches of 64; the last, smaller batch weighs as much as a full one"
# caught_by = ["m0.mlp.evaluate"]
# names = "batch|last|smaller|weigh|averag"
# methods = true
import numpy as np


class TwoLayerMLP:
    def evaluate(self, x, y):
        scores = []
        for start in range(0, len(x), 64):
            stop = start + 64
            scores.append(np.mean(self.predict(x[start:stop]) == y[start:stop]))
        return float(np.mean(scores))
