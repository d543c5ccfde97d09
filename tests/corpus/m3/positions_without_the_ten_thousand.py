# exercise = "m3_attention/encoder.py"
# mistake = "base 1000 instead of 10000"
# caught_by = ["m3.positions.forward"]
# names = "10000|10,000|base|wave"
import numpy as np


def sinusoidal_positions(length, d_model):
    i = np.arange(d_model)
    angle = np.arange(length)[:, None] / np.power(1000.0, 2 * (i // 2) / d_model)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
