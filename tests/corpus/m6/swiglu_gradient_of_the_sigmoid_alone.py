# exercise = "m6_language/swiglu.py"
# mistake = "silu's derivative is taken as s (1 - s) gate, without s"
# caught_by = ["m6.swiglu.backward", "m6.swiglu.gradient"]
# names = "silu's derivative"
# methods = true
import numpy as np


class SwiGLU:
    def backward(self, dL_dy):
        x, gate, up, s, hidden, Wg, Wu, Wd = self.cache
        dL_dy = dL_dy.astype(x.dtype)
        self.dL_dW_down = np.einsum("nte,ntf->ef", dL_dy, hidden)
        dh = dL_dy @ Wd
        dup, dgate = dh * gate * s, dh * up * gate * s * (1 - s)
        self.dL_dW_gate = np.einsum("ntf,nte->fe", dgate, x)
        self.dL_dW_up = np.einsum("ntf,nte->fe", dup, x)
        return dgate @ Wg + dup @ Wu
