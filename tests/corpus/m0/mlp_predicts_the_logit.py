# exercise = "m0_mlp/mlp.py"
# mistake = "predict rounds the largest logit itself"
# caught_by = ["m0.mlp.predict"]
# names = "argmax"
# methods = true
import numpy as np


class TwoLayerMLP:
    def predict(self, x):
        return np.max(self.forward(x), axis=1).astype(np.int64)
