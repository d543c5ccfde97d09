# exercise = "m0_mlp/gradcheck.py"
# mistake = "the upstream gradient is all ones, under which some wrong gradients look right"
# caught_by = ["m0.gradcheck.check_layer"]
# names = "ones|random|upstream"
import copy

import numpy as np


def check_layer(layer, x, *, eps=1e-6, rng=None):
    twin = copy.deepcopy(layer)
    x = x.astype(np.float64).copy()
    for k, v in vars(twin).items():
        if isinstance(v, np.ndarray) and v.dtype == np.float32:
            vars(twin)[k] = v.astype(np.float64)
    out = twin.forward(x)
    if isinstance(out, tuple):
        out = out[0]
    dx = twin.backward(np.ones_like(out))
    if isinstance(dx, tuple):
        dx = dx[0]

    def loss(_):
        o = twin.forward(x)
        return float((o[0] if isinstance(o, tuple) else o).sum())

    found = {k[4:]: v for k, v in vars(twin).items() if k.startswith("dL_d")}
    errors = {"x": relative_error(dx, numerical_gradient(loss, x, eps))}
    for name, g in found.items():
        p = getattr(twin, name, None)
        if isinstance(p, np.ndarray):
            errors[name] = relative_error(g, numerical_gradient(loss, p, eps))
    return errors
