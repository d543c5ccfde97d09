# exercise = "m6_language/sampling.py"
# mistake = "the caller's prompt grows"
# caught_by = ["m6.sampling.generate"]
# names = "prompt"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = prompt
    for _ in range(count):
        p = token_probabilities(next_logits(list(ids)), temperature, top_k, top_p)
        ids.append(int(rng.choice(len(p), p=p)))
    return ids
