# exercise = "m3_attention/encoder.py"
# mistake = "each column has its own wavelength, j instead of 2 (j // 2), as in TensorFlow's first tutorial without the floor"
# caught_by = ["m3.positions.forward"]
# names = "column|wave|frequenc|pair|exponent|share"
import numpy as np


def sinusoidal_positions(length, d_model):
    out = np.zeros((length, d_model))
    for pos in range(length):
        for j in range(d_model):
            angle = pos / 10000 ** (j / d_model)
            out[pos, j] = np.sin(angle) if j % 2 == 0 else np.cos(angle)
    return out
