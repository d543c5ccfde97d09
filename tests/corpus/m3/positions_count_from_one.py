# exercise = "m3_attention/encoder.py"
# mistake = "positions start at 1"
# caught_by = ["m3.positions.forward"]
# names = "from 0|from 1|starts? at|one (position )?(too )?(late|early|ahead)|position 0|shift"
import numpy as np


def sinusoidal_positions(length, d_model):
    pos = np.arange(1, length + 1).reshape(-1, 1)
    div = np.exp(np.arange(0, d_model, 2) * -(np.log(10000.0) / d_model))
    pe = np.zeros((length, d_model))
    pe[:, 0::2] = np.sin(pos * div)
    pe[:, 1::2] = np.cos(pos * div[: d_model // 2])
    return pe
