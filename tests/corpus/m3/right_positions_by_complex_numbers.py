# exercise = "m3_attention/encoder.py"
# right = true
# note = "the waves as imaginary and real parts of a complex exponential"
import numpy as np


def sinusoidal_positions(length, d_model):
    i = np.arange(-(-d_model // 2))
    wave = np.exp(1j * np.arange(length)[:, None] / 10000 ** (2 * i / d_model))
    return np.stack([wave.imag, wave.real], axis=-1).reshape(length, -1)[:, :d_model].copy()
