# exercise = "m6_language/sampling.py"
# mistake = "next_logits is asked once, before the loop"
# caught_by = ["m6.sampling.generate"]
# names = "once|each new id|every new|ask"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    ids = list(prompt)
    p = token_probabilities(next_logits(list(ids)), temperature, top_k, top_p)
    return ids + [int(i) for i in rng.choice(len(p), size=count, p=p)]
