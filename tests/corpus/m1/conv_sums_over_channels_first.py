# exercise = "m1_cnn/conv.py"
# mistake = "depthwise: the channels are summed before they are weighted, each with the first channel's weights"
# caught_by = ["m1.conv.forward"]
# names = "channel"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype)
        big = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        win = np.lib.stride_tricks.sliding_window_view(big, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        N, C, ho, wo = win.shape[:4]
        self.cache = win.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * k * k, ho * wo), W, big.shape
        y = np.einsum("nhwij,oij->nohw", win.sum(axis=1), W[:, 0])
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]
