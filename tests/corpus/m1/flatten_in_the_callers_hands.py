# exercise = "m1_cnn/pool.py"
# mistake = "x.shape = ... reshapes the caller's own array"
# caught_by = ["m1.flatten.behaviour", "m1.flatten.forward", "m1.flatten.backward"]
# names = "in place|modif|caller|shape of x|x itself"
import math


class Flatten:
    def forward(self, x):
        if x.ndim < 2:
            raise ValueError(f"need two axes: {x.shape}")
        self.old = x.shape
        x.shape = (x.shape[0], math.prod(x.shape[1:]))
        return x

    def backward(self, g):
        return g.reshape(self.old)
