# exercise = "m1_cnn/pool.py"
# mistake = "= instead of += in backward: with overlapping windows a pixel keeps only the last gradient"
# caught_by = ["m1.max_pool.backward", "m1.max_pool.gradient"]
# names = "overlap|overwrit|add|several|\\+="
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride

    def forward(self, x):
        k, s = self.kernel_size, self.stride
        if x.ndim != 4 or min(x.shape[2:]) < k:
            raise ValueError(f"expected images of at least {k} x {k}, got {x.shape}")
        win = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        flat = win.reshape(*win.shape[:4], k * k)
        self.arg = flat.argmax(axis=-1)
        self.x_shape, self.x_dtype = x.shape, x.dtype
        return np.take_along_axis(flat, self.arg[..., None], axis=-1)[..., 0]

    def backward(self, dout):
        k, s = self.kernel_size, self.stride
        dx = np.zeros(self.x_shape, self.x_dtype)
        n, c, i, j = np.indices(dout.shape)
        dx[n, c, i * s + self.arg // k, j * s + self.arg % k] = dout
        return dx
