# exercise = "m1_cnn/pool.py"
# right = true
# note = "Averages by cumulative sums in float64; maxima by argmax and a list of routes"
# methods = true
import numpy as np


class MaxPool2d:
    def forward(self, x):
        _check_images(x, self.kernel_size)
        k, s = self.kernel_size, self.stride
        N, C, H, W = x.shape
        out = np.empty((N, C, (H - k) // s + 1, (W - k) // s + 1), x.dtype)
        self.routes = []
        for at in np.ndindex(*out.shape):
            n, c, i, j = at
            patch = x[n, c, i * s : i * s + k, j * s : j * s + k]
            a, b = np.unravel_index(patch.argmax(), patch.shape)
            out[at] = patch[a, b]
            self.routes.append((at, (n, c, i * s + a, j * s + b)))
        self.like = x.shape, x.dtype
        return out

    def backward(self, dL_dy):
        dx = np.zeros(*self.like)
        for source, target in self.routes:
            dx[target] += dL_dy[source]
        return dx


class AvgPool2d:
    def forward(self, x):
        _check_images(x, self.kernel_size)
        self.cache = x.shape, x.dtype
        k, s = self.kernel_size, self.stride
        area = np.zeros((*x.shape[:2], x.shape[2] + 1, x.shape[3] + 1))
        area[:, :, 1:, 1:] = x.astype(np.float64).cumsum(2).cumsum(3)
        sums = area[:, :, k:, k:] - area[:, :, :-k, k:] - area[:, :, k:, :-k] + area[:, :, :-k, :-k]
        return (sums[:, :, ::s, ::s] / k**2).astype(x.dtype)
