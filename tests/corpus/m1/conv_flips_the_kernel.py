# exercise = "m1_cnn/conv.py"
# mistake = "true convolution: the kernel is flipped in forward"
# caught_by = ["m1.conv.forward", "m1.conv.gradient", "m1.conv.backward"]
# names = "flip|cross-correlation|rotat|180"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.k, self.s, self.p, self.c = kernel_size, stride, padding, in_channels
        fan = in_channels * kernel_size**2
        self.W = rng.standard_normal((out_channels, in_channels, kernel_size, kernel_size)) * np.sqrt(2 / fan)
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.c or min(x.shape[2:]) + 2 * self.p < self.k:
            raise ValueError(f"cannot convolve {x.shape} with {self.W.shape}")
        self.xp = np.pad(x, [(0, 0), (0, 0), (self.p, self.p), (self.p, self.p)])
        n, _, h, w = self.xp.shape
        oh, ow = (h - self.k) // self.s + 1, (w - self.k) // self.s + 1
        kernel = self.W[:, :, ::-1, ::-1].astype(x.dtype)
        y = np.zeros((n, len(self.W), oh, ow), x.dtype)
        for r in range(oh):
            for c in range(ow):
                patch = self.xp[:, :, r * self.s : r * self.s + self.k, c * self.s : c * self.s + self.k]
                y[:, :, r, c] = np.tensordot(patch, kernel, axes=([1, 2, 3], [1, 2, 3]))
        if self.b is not None:
            y += self.b.astype(x.dtype).reshape(1, -1, 1, 1)
        return y

    def backward(self, dy):
        kernel = self.W[:, :, ::-1, ::-1].astype(self.xp.dtype)
        dk = np.zeros(self.W.shape)
        dxp = np.zeros_like(self.xp)
        for r in range(dy.shape[2]):
            for c in range(dy.shape[3]):
                rows = slice(r * self.s, r * self.s + self.k)
                cols = slice(c * self.s, c * self.s + self.k)
                dk += np.tensordot(dy[:, :, r, c], self.xp[:, :, rows, cols], axes=(0, 0))
                dxp[:, :, rows, cols] += np.tensordot(dy[:, :, r, c], kernel, axes=(1, 0)).astype(dxp.dtype)
        self.dL_dW = dk[:, :, ::-1, ::-1]
        if self.b is not None:
            self.dL_db = dy.sum(axis=(0, 2, 3))
        h, w = dxp.shape[2:]
        return dxp[:, :, self.p : h - self.p, self.p : w - self.p]
