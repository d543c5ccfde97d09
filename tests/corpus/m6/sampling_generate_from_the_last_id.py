# exercise = "m6_language/sampling.py"
# mistake = "next_logits sees the last id alone"
# caught_by = ["m6.sampling.generate"]
# names = "all ids|last id|so far"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = list(prompt)
    for _ in range(count):
        p = token_probabilities(next_logits(ids[-1:]), temperature, top_k, top_p)
        ids.append(int(rng.choice(len(p), p=p)))
    return ids
