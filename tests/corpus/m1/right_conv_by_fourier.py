# exercise = "m1_cnn/conv.py"
# right = true
# note = "Forward by the fast Fourier transform in float64, then every s-th place"
# methods = true
import numpy as np


class Conv2d:
    def forward(self, x):
        self._check_input(x)
        k, s, p = self.kernel_size, self.stride, self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        size = padded.shape[2:]
        spectrum = np.fft.rfft2(padded.astype(np.float64), s=size)
        filters = np.fft.rfft2(np.asarray(self.W, np.float64), s=size)
        full = np.fft.irfft2(np.einsum("nchw,ochw->nohw", spectrum, filters.conj()), s=size)
        y = full[:, :, : size[0] - k + 1 : s, : size[1] - k + 1 : s]
        windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, y.shape[2] * y.shape[3])
        self.cache = columns, self.W.astype(x.dtype), padded.shape
        if self.b is not None:
            y = y + self.b[:, None, None]
        return y.astype(x.dtype)
