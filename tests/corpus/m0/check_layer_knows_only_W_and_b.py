# exercise = "m0_mlp/gradcheck.py"
# mistake = "only W and b are checked; parameters of other names are passed over"
# caught_by = ["m0.gradcheck.check_layer"]
# names = "gamma|key|every|missing|other names|parameter"
import copy

import numpy as np


def check_layer(layer, x, *, eps=1e-6, rng=None):
    rng = rng or np.random.default_rng()
    probe = copy.deepcopy(layer)
    x = np.array(x, dtype=np.float64 if x.dtype.kind == "f" else x.dtype)
    for name in ("W", "b"):
        if isinstance(getattr(probe, name, None), np.ndarray):
            setattr(probe, name, getattr(probe, name).astype(np.float64))
    y = probe.forward(x)
    up = rng.normal(size=y.shape)
    dx = probe.backward(up)
    f = lambda _: float((probe.forward(x) * up).sum())
    result = {}
    if dx is not None:
        result["x"] = relative_error(dx, numerical_gradient(f, x, eps))
    for name in ("W", "b"):
        if getattr(probe, name, None) is not None and hasattr(probe, "dL_d" + name):
            g = getattr(probe, "dL_d" + name)
            result[name] = relative_error(g, numerical_gradient(f, getattr(probe, name), eps))
    return result
