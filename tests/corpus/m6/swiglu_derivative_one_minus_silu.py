# exercise = "m6_language/swiglu.py"
# mistake = "silu' is written s (1 − g s)"
# caught_by = ["m6.swiglu.backward", "m6.swiglu.gradient"]
# names = "silu|derivative|1 -"
# methods = true
import numpy as np


class SwiGLU:
    def forward(self, x):
        if x.ndim != 3 or x.shape[-1] != self.d_model or 0 in x.shape or x.dtype.kind != "f":
            raise ValueError(f"expected (N, T, {self.d_model}), got {x.shape} {x.dtype}")
        W1, W3, W2 = (W.astype(x.dtype) for W in (self.W_gate, self.W_up, self.W_down))
        a, b = x @ W1.T, x @ W3.T
        s = _sigmoid(a)
        act = a * s
        h = act * b
        self.kept = x, a, b, s, act, h, W1, W3, W2
        return h @ W2.T

    def backward(self, dL_dy):
        x, a, b, s, act, h, W1, W3, W2 = self.kept
        dL_dy = dL_dy.astype(x.dtype)
        self.dL_dW_down = np.einsum("nte,ntf->ef", dL_dy, h)
        dh = dL_dy @ W2
        da = dh * b * s * (1 - act)
        db = dh * act
        self.dL_dW_gate = np.einsum("ntf,nte->fe", da, x)
        self.dL_dW_up = np.einsum("ntf,nte->fe", db, x)
        return da @ W1 + db @ W3
