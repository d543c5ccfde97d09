# exercise = "m1_cnn/conv.py"
# mistake = "dL_dW is the mean over the batch"
# caught_by = ["m1.conv.parameters", "m1.conv.gradient"]
# names = "mean|averag|batch|divid"
# methods = true
import numpy as np


class Conv2d:
    def backward(self, dL_dy):
        k, s, p = self.kernel_size, self.stride, self.padding
        cols, W, shape = self.cache
        N, O, oh, ow = dL_dy.shape
        flat = dL_dy.reshape(N, O, -1)
        self.dL_dW = np.mean(flat @ cols.swapaxes(1, 2), axis=0).reshape(self.W.shape)
        if self.b is not None:
            self.dL_db = flat.sum((0, 2))
        dcols = (W.reshape(O, -1).T @ flat).reshape(N, shape[1], k, k, oh, ow)
        dx = np.zeros(shape, W.dtype)
        for i in range(k):
            for j in range(k):
                dx[:, :, i : i + s * oh : s, j : j + s * ow : s] += dcols[:, :, i, j].astype(W.dtype)
        return dx[:, :, p : shape[2] - p, p : shape[3] - p]
