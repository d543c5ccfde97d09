# /// honest
# tries = "Seeds every global generator, again and again, and draws from them."
# ///
import random

plain_forward = Embedding.forward


def forward(self, ids):
    np.random.seed(0)
    random.seed(0)
    np.random.rand(100)
    return plain_forward(self, ids)


Embedding.forward = forward
