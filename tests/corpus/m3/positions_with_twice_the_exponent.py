# exercise = "m3_attention/encoder.py"
# mistake = "2 * i with i already even"
# caught_by = ["m3.positions.forward"]
# names = "exponent"
import math

import numpy as np


def sinusoidal_positions(length, d_model):
    pe = np.zeros((length, d_model))
    for pos in range(length):
        for i in range(0, d_model, 2):
            pe[pos, i] = math.sin(pos / (10000 ** ((2 * i) / d_model)))
            if i + 1 < d_model:
                pe[pos, i + 1] = math.cos(pos / (10000 ** ((2 * (i + 1)) / d_model)))
    return pe
