# exercise = "m6_language/sampling.py"
# right = true
# note = "Lists and sorted(), no checks; a loop finds the nucleus; ids are drawn by the inverse of the distribution"
import math

import numpy as np


def token_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    values = [float(v) for v in logits]
    best = max(values)
    if temperature == 0:
        return np.array([float(i == values.index(best)) for i in range(len(values))])
    mass = [math.exp((v - best) / temperature) for v in values]
    kept = sorted(range(len(mass)), key=lambda i: -mass[i])[: top_k or len(mass)]
    if top_p is not None:
        total, so_far, nucleus = math.fsum(mass[i] for i in kept), 0.0, []
        for i in kept:
            nucleus.append(i)
            so_far += mass[i] / total
            if so_far >= top_p:
                break
        kept = nucleus
    total, kept = math.fsum(mass[i] for i in kept), set(kept)
    return np.array([mass[i] / total if i in kept else 0.0 for i in range(len(mass))])


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    if count <= 0:
        return [*prompt]
    edges = np.cumsum(token_probabilities(next_logits([*prompt]), temperature, top_k, top_p))
    new = int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))
    return generate(next_logits, [*prompt, new], count - 1, rng=rng, temperature=temperature, top_k=top_k, top_p=top_p)
