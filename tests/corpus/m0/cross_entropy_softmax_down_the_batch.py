# exercise = "m0_mlp/losses.py"
# mistake = "softmax over axis 0, the batch, instead of the classes"
# caught_by = ["m0.cross_entropy.forward", "m0.cross_entropy.backward"]
# names = "axis|batch|rows|column"
# methods = true
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        _check_targets(logits, targets)
        z = logits - logits.max(axis=0)
        log_p = z - np.log(np.exp(z).sum(axis=0))
        self.cache = log_p, targets
        return float(-log_p[np.arange(len(targets)), targets].mean())
