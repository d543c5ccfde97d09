# exercise = "m4_optimisers/rmsprop.py"
# mistake = "alpha defaults to 0.9, as in Keras and the lecture, not 0.99"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "alpha|default|0\\.99"
# methods = true
import numpy as np

from m4_optimisers.parameters import as_parameters


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.9, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params = as_parameters(params)
        self.lr, self.alpha, self.eps, self.weight_decay, self.momentum = lr, alpha, eps, weight_decay, momentum
        self.mean_squares = [np.zeros_like(w) for w in self.params]
        self.velocities = [np.zeros_like(w) for w in self.params]
