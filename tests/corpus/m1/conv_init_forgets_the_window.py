# exercise = "m1_cnn/conv.py"
# mistake = "fan-in taken as the number of channels, without k · k"
# caught_by = ["m1.conv.init"]
# names = "fan.?in|k \\* k|k · k|k²|kernel|window"
# methods = true
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        rng = rng or np.random.default_rng()
        self.W = rng.normal(0, np.sqrt(2 / in_channels), (out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None
