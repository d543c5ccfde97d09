# exercise = "m2_rnn/embedding.py"
# mistake = "np.random.randn instead of the rng that was passed"
# caught_by = ["m2.embedding.behaviour", "m2.embedding.init", "m2.embedding.forward"]
# names = "rng|generator|seed|np\\.random"
# methods = true
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim, *, rng=None):
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.W = np.random.randn(num_embeddings, embedding_dim)
