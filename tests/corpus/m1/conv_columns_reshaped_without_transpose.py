# exercise = "m1_cnn/conv.py"
# mistake = "the windows (N, C, H', W', k, k) are reshaped to columns without moving the axes first"
# caught_by = ["m1.conv.forward", "m1.conv.gradient", "m1.conv.backward"]
# names = "reshape|transpose|order of (its|the) axes|axes|places|positions"
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
        cols = win.reshape(N, C * k * k, ho * wo)
        self.cache = cols, W, padded.shape
        y = (W.reshape(len(W), -1) @ cols).reshape(N, -1, ho, wo)
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]
