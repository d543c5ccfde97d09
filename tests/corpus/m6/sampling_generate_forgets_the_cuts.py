# exercise = "m6_language/sampling.py"
# mistake = "temperature, top_k and top_p are not handed on"
# caught_by = ["m6.sampling.generate", "m6.sampling.draws"]
# names = "temperature|top_k|handed|passed"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = list(prompt)
    for _ in range(count):
        p = token_probabilities(next_logits(list(ids)))
        ids.append(int(rng.choice(len(p), p=p)))
    return ids
