# exercise = "m1_cnn/pool.py"
# mistake = ">= keeps the last of equal pixels"
# caught_by = ["m1.max_pool.backward"]
# names = "tie|equal|first|last"
# methods = true
import numpy as np


class MaxPool2d:
    def forward(self, x):
        _check_images(x, self.kernel_size)
        best, place = None, None
        for n, seen in enumerate(window_places(x, self.kernel_size, self.stride)):
            if best is None:
                best, place = seen.copy(), np.zeros(seen.shape, int)
                continue
            better = seen >= best
            best = np.where(better, seen, best)
            place = np.where(better, n, place)
        self.cache = place, x.shape, x.dtype
        return best
