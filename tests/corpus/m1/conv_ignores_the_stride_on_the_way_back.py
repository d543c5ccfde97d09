# exercise = "m1_cnn/conv.py"
# mistake = "the gradient of the input is spread back as if the stride were 1"
# caught_by = ["m1.conv.backward", "m1.conv.gradient"]
# names = "stride"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.in_channels, self.kernel_size, self.stride, self.padding = in_channels, kernel_size, stride, padding
        shape = (out_channels, in_channels, kernel_size, kernel_size)
        self.W = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        K, S, P = self.kernel_size, self.stride, self.padding
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise ValueError(f"expected (N, {self.in_channels}, H, W), got {x.shape}")
        if x.shape[2] + 2 * P < K or x.shape[3] + 2 * P < K:
            raise ValueError(f"image {x.shape[2:]} smaller than the kernel {K}")
        self.x = np.pad(x, ((0,) * 2, (0,) * 2, (P,) * 2, (P,) * 2))
        OH = (self.x.shape[2] - K) // S + 1
        OW = (self.x.shape[3] - K) // S + 1
        out = 0
        for i in range(K):
            for j in range(K):
                tap = self.x[:, :, i : i + S * OH : S, j : j + S * OW : S]
                out = out + np.einsum("nchw,oc->nohw", tap, self.W[:, :, i, j].astype(x.dtype))
        if self.b is not None:
            out = out + self.b.astype(x.dtype)[None, :, None, None]
        return out

    def backward(self, g):
        K, S, P = self.kernel_size, self.stride, self.padding
        OH, OW = g.shape[2:]
        self.dL_dW = np.empty(self.W.shape)
        dx = np.zeros_like(self.x)
        for i in range(K):
            for j in range(K):
                tap = self.x[:, :, i : i + S * OH : S, j : j + S * OW : S]
                self.dL_dW[:, :, i, j] = np.einsum("nohw,nchw->oc", g, tap)
                dx[:, :, i : i + OH, j : j + OW] += np.einsum("nohw,oc->nchw", g, self.W[:, :, i, j]).astype(dx.dtype)
        if self.b is not None:
            self.dL_db = g.sum((0, 2, 3))
        return dx[:, :, P : dx.shape[2] - P, P : dx.shape[3] - P]
