# exercise = "m3_attention/encoder.py"
# mistake = "an odd d_model raises: the cosine has one column too many"
# caught_by = ["m3.positions.forward"]
# names = "odd|column"
import math

import numpy as np


def sinusoidal_positions(length, d_model):
    pe = np.zeros((length, d_model))
    position = np.arange(0, length)[:, np.newaxis]
    div_term = np.exp(np.arange(0, d_model, 2) * -(math.log(10000.0) / d_model))
    pe[:, 0::2] = np.sin(position * div_term)
    pe[:, 1::2] = np.cos(position * div_term)
    return pe
