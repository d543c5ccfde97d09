# exercise = "m1_cnn/conv.py"
# mistake = "the column buffer is a class attribute reused whenever the shape fits: a second object's forward overwrites the first one's"
# caught_by = ["m1.conv.behaviour", "m1.conv.parameters"]
# names = "share|another|other object|second|class|buffer|between"
# methods = true
import numpy as np


class Conv2d:
    buffers = {}

    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype)
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        win = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        N, C, ho, wo = win.shape[:4]
        key = (N, C, ho, wo, k, x.dtype.str)
        cols = self.buffers.setdefault(key, np.empty((N, C * k * k, ho * wo), x.dtype))
        cols[...] = win.transpose(0, 1, 4, 5, 2, 3).reshape(cols.shape)
        self.cache = cols, W, padded.shape
        y = (W.reshape(len(W), -1) @ cols).reshape(N, -1, ho, wo)
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]
