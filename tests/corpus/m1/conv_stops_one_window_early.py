# exercise = "m1_cnn/conv.py"
# mistake = "range(0, H - k, s) leaves out the last window"
# caught_by = ["m1.conv.*"]
# names = "last window"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        W = self.W.astype(x.dtype)
        H_out, W_out = (xp.shape[2] - k) // s + 1, (xp.shape[3] - k) // s + 1
        y = np.zeros((len(x), len(W), H_out, W_out), x.dtype)
        for r, top in enumerate(range(0, xp.shape[2] - k, s)):
            for c, left in enumerate(range(0, xp.shape[3] - k, s)):
                y[:, :, r, c] = np.einsum("ncij,ocij->no", xp[:, :, top : top + k, left : left + k], W)
        windows = np.lib.stride_tricks.sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        self.cache = windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, H_out * W_out), W, xp.shape
        return y if self.b is None else y + self.b.astype(x.dtype).reshape(1, -1, 1, 1)
