# exercise = "m2_rnn/gru.py"
# mistake = "np.clip(x, -15, 15) before the sigmoid"
# caught_by = ["m2.gru.*"]
# names = "clip"
import numpy as np


def _sigmoid(x):
    x[...] = 1 / (1 + np.exp(-np.clip(x, -15, 15)))
