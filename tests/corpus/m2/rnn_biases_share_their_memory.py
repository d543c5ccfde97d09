# exercise = "m2_rnn/rnn.py"
# mistake = "self.b_ih = self.b_hh = one array: an in-place update changes both"
# caught_by = ["m2.rnn.behaviour"]
# names = "share|same (array|memory)|both|one array"
# methods = true
import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        self.input_size, self.hidden_size = input_size, hidden_size
        rng = rng or np.random.default_rng()
        bound = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-bound, bound, (hidden_size, input_size))
        self.W_hh = rng.uniform(-bound, bound, (hidden_size, hidden_size))
        self.b_ih = self.b_hh = rng.uniform(-bound, bound, hidden_size)
