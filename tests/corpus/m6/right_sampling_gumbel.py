# exercise = "m6_language/sampling.py"
# right = true
# note = "draws by the largest of log p plus Gumbel noise"
import numpy as np


def generate(next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None):
    text = tuple(prompt)
    for _ in range(count):
        p = token_probabilities(next_logits(list(text)), temperature, top_k, top_p)
        with np.errstate(divide="ignore"):
            text += (int(np.argmax(np.log(p) + rng.gumbel(size=p.shape))),)
    return list(text)
