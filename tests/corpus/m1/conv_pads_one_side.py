# exercise = "m1_cnn/conv.py"
# mistake = "the padding is put at the bottom and right only, 2 p of it"
# caught_by = ["m1.conv.forward", "m1.conv.backward"]
# names = "pad"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype)
        N, C, H, Wd = x.shape
        big = np.zeros((N, C, H + 2 * p, Wd + 2 * p), x.dtype)
        big[:, :, :H, :Wd] = x
        view = np.lib.stride_tricks.sliding_window_view(big, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        ho, wo = view.shape[2:4]
        cols = view.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * k * k, ho * wo)
        self.cache = cols, W, big.shape
        y = (W.reshape(len(W), -1) @ cols).reshape(N, -1, ho, wo)
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]
