# exercise = "m1_cnn/conv.py"
# mistake = "y + b without [:, None, None]: the bias is added along the width"
# caught_by = ["m1.conv.forward"]
# names = "bias|broadcast|\\(O,\\)|width|\\bb\\b"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype)
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        win = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        N, C, ho, wo = win.shape[:4]
        cols = win.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * k * k, ho * wo)
        self.cache = cols, W, padded.shape
        y = (W.reshape(len(W), -1) @ cols).reshape(N, -1, ho, wo)
        return y if self.b is None else y + self.b.astype(x.dtype)
