# exercise = "m1_cnn/conv.py"
# mistake = "dx[:, :, p:-p, p:-p] is empty when p is 0"
# caught_by = ["m1.conv.backward", "m1.conv.gradient"]
# names = "empty|-p|padding (is )?0|p = 0|padding=0|-0|slice"
# methods = true
import numpy as np


class Conv2d:
    def backward(self, dL_dy):
        k, s, p = self.kernel_size, self.stride, self.padding
        cols, W, shape = self.cache
        N, O, oh, ow = dL_dy.shape
        flat = dL_dy.reshape(N, O, -1)
        self.dL_dW = np.einsum("nol,ncl->oc", flat, cols).reshape(self.W.shape)
        if self.b is not None:
            self.dL_db = flat.sum((0, 2))
        dcols = np.einsum("oc,nol->ncl", W.reshape(O, -1), flat).reshape(N, shape[1], k, k, oh, ow)
        dx = np.zeros(shape, W.dtype)
        for i in range(k):
            for j in range(k):
                dx[:, :, i : i + s * oh : s, j : j + s * ow : s] += dcols[:, :, i, j].astype(W.dtype)
        return dx[:, :, p:-p, p:-p]
