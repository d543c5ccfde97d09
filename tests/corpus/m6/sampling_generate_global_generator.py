# exercise = "m6_language/sampling.py"
# mistake = "draws from NumPy's global generator"
# caught_by = ["m6.sampling.generate", "m6.sampling.draws"]
# names = "rng|generator"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = list(prompt)
    for _ in range(count):
        p = token_probabilities(next_logits(list(ids)), temperature, top_k, top_p)
        ids.append(int(np.random.choice(len(p), p=p)))
    return ids
