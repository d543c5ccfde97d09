# exercise = "m4_optimisers/sgd.py"
# right = true
# note = "np.multiply / np.subtract with out=, lazily made velocities, params a tuple turned list"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"expected momentum above 0 for nesterov, got {momentum}")
        self.params = [p for p in params]
        self.lr, self.momentum, self.nesterov, self.weight_decay = lr, momentum, nesterov, weight_decay
        self._velocity = {}

    def step(self, grads):
        for k, (p, g) in enumerate(zip(self.params, grads, strict=True)):
            d = np.array(g, dtype=p.dtype)
            if self.weight_decay != 0:
                np.add(d, self.weight_decay * p, out=d)
            if self.momentum != 0:
                if k in self._velocity:
                    buf = self._velocity[k]
                    np.multiply(buf, self.momentum, out=buf)
                    np.add(buf, d, out=buf)
                else:
                    buf = self._velocity[k] = d.copy()
                d = d + self.momentum * buf if self.nesterov else buf
            np.subtract(p, self.lr * d, out=p, casting="unsafe")
