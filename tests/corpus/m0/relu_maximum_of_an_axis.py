# exercise = "m0_mlp/layers.py"
# mistake = "np.max(x, 0) is the maximum along axis 0, not the larger of x and 0"
# caught_by = ["m0.relu.forward"]
# names = "np\\.max|maximum|axis"
import numpy as np


class ReLU:
    def forward(self, x):
        self.mask = (x > 0).astype(x.dtype)
        return np.max(x, 0)

    def backward(self, dout):
        return dout * self.mask
