# exercise = "m6_language/sampling.py"
# right = true
# note = "lists and math; draws by the inverse of the distribution function"
import itertools
import math

import numpy as np


def token_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    _check(logits, temperature, top_k, top_p)
    values = [float(v) for v in logits]
    top = max(values)
    if temperature == 0:
        return np.array([float(i == values.index(top)) for i in range(len(values))])
    weights = {i: math.exp((v - top) / temperature) for i, v in enumerate(values)}
    ranked = sorted(weights, key=lambda i: -weights[i])[:top_k]
    total = math.fsum(weights[i] for i in ranked)
    if top_p is not None:
        sums = itertools.accumulate(weights[i] / total for i in ranked)
        need = next((n for n, s in enumerate(sums, 1) if s >= top_p), len(ranked))
        ranked = ranked[:need]
        total = math.fsum(weights[i] for i in ranked)
    return np.array([weights[i] / total if i in ranked else 0.0 for i in range(len(values))])


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    out = [*prompt]
    while len(out) < len(prompt) + count:
        p = token_probabilities(next_logits(out.copy()), temperature, top_k, top_p)
        out.append(min(int(np.searchsorted(np.cumsum(p), rng.random(), side="right")), len(p) - 1))
    return out
