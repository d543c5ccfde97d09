# exercise = "m1_cnn/conv.py"
# mistake = "db is summed over the places and averaged over the batch"
# caught_by = ["m1.conv.parameters", "m1.conv.gradient"]
# names = "batch"
# methods = true
import numpy as np


class Conv2d:
    def backward(self, dL_dy):
        k, s, p = self.kernel_size, self.stride, self.padding
        columns, W, shape = self.cache
        N, O, Ho, Wo = dL_dy.shape
        flat = dL_dy.reshape(N, O, -1).astype(W.dtype)
        self.dL_dW = np.einsum("nop,nqp->oq", flat, columns).reshape(W.shape)
        if self.b is not None:
            self.dL_db = flat.sum(axis=2).mean(axis=0)
        dcols = np.einsum("oq,nop->nqp", W.reshape(O, -1), flat).reshape(N, -1, k, k, Ho, Wo)
        dx = np.zeros(shape, W.dtype)
        for i in range(k):
            for j in range(k):
                dx[:, :, i : i + s * Ho : s, j : j + s * Wo : s] += dcols[:, :, i, j]
        return dx[:, :, p : shape[2] - p, p : shape[3] - p]
