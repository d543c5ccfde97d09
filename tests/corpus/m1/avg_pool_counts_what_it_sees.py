# exercise = "m1_cnn/pool.py"
# mistake = "each pixel's gradient is divided by how many windows it lies in"
# caught_by = ["m1.avg_pool.backward", "m1.avg_pool.gradient"]
# names = "overlap|windows|several|add|count"
# methods = true
import numpy as np


class AvgPool2d:
    def backward(self, dL_dy):
        shape, dtype = self.cache
        dx, times = np.zeros(shape, dtype), np.zeros(shape, dtype)
        for a, b in zip(*(window_places(m, self.kernel_size, self.stride) for m in (dx, times))):
            a += dL_dy / self.kernel_size**2
            b += 1
        return dx / np.maximum(times, 1)
