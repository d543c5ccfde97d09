# exercise = "m1_cnn/pool.py"
# mistake = "the gradient is repeated k times, whatever the stride is"
# caught_by = ["m1.avg_pool.*"]
# names = "stride"
# methods = true
import numpy as np


class AvgPool2d:
    def backward(self, dL_dy):
        shape, dtype = self.cache
        k = self.kernel_size
        big = np.repeat(np.repeat(dL_dy, k, axis=2), k, axis=3) / (k * k)
        dx = np.zeros(shape, dtype)
        h, w = min(shape[2], big.shape[2]), min(shape[3], big.shape[3])
        dx[:, :, :h, :w] = big[:, :, :h, :w]
        return dx
