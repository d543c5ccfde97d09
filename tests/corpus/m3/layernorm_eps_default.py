# exercise = "m3_attention/layernorm.py"
# mistake = "eps defaults to 1e-6 (TensorFlow, the Annotated Transformer), not 1e-5"
# caught_by = ["m3.layernorm.forward", "m3.layernorm.behaviour"]
# names = "eps|default|1e-5|1e-05"
# methods = true
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-6):
        self.d_model, self.eps = d_model, eps
        self.gamma, self.beta = np.ones(d_model), np.zeros(d_model)
