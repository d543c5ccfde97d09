# exercise = "m6_language/sampling.py"
# mistake = "always the argmax, whatever the temperature"
# caught_by = ["m6.sampling.draws", "m6.sampling.generate"]
# names = "likely|argmax|rng"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = list(prompt)
    while len(ids) < len(prompt) + count:
        p = token_probabilities(next_logits(ids[:]), temperature, top_k, top_p)
        ids.append(int(np.argmax(p)))
    return ids
