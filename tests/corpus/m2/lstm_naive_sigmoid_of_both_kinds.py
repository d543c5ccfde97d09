# exercise = "m2_rnn/lstm.py"
# mistake = "exp(a) / (1 + exp(a)) in the gates: nan where a pre-activation is large"
# caught_by = ["m2.lstm.forward", "m2.lstm.behaviour"]
# names = "overflow|nan|large|inf"
import numpy as np


def _sigmoid(x):
    e = np.exp(x)
    np.divide(e, 1 + e, out=x)
