# exercise = "m3_attention/encoder.py"
# mistake = "all sines first, then all cosines, as in tensor2tensor, not interleaved"
# caught_by = ["m3.positions.forward"]
# names = "interleav|even|odd|halves|column|alternat"
import numpy as np


def sinusoidal_positions(length, d_model):
    half = (d_model + 1) // 2
    inv = 1 / 10000 ** (2 * np.arange(half) / d_model)
    phase = np.outer(np.arange(length), inv)
    return np.concatenate([np.sin(phase), np.cos(phase)[:, : d_model // 2]], axis=1)
