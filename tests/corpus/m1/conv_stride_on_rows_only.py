# exercise = "m1_cnn/conv.py"
# mistake = "the stride moves the window down, not to the right"
# caught_by = ["m1.conv.forward"]
# names = "stride|column|right|width|both"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype)
        big = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        win = np.lib.stride_tricks.sliding_window_view(big, (k, k), axis=(2, 3))[:, :, ::s]
        N, C, ho, wo = win.shape[:4]
        cols = win.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * k * k, ho * wo)
        self.cache = cols, W, big.shape
        y = (W.reshape(len(W), -1) @ cols).reshape(N, -1, ho, wo)
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]
