# exercise = "m2_rnn/lstm.py"
# mistake = "np.clip(x, -15, 15) before the sigmoid: gates never close"
# caught_by = ["m2.lstm.*"]
# names = "clip"
import numpy as np


def _sigmoid(x):
    x[...] = 1 / (1 + np.exp(-np.clip(x, -15, 15)))
