# exercise = "m2_rnn/embedding.py"
# mistake = "the ids are kept by reference: the caller overwrites them before backward"
# caught_by = ["m2.embedding.behaviour", "m2.embedding.backward"]
# names = "copy|ids|caller|overwritten|later|changed|modif"
# methods = true
import numpy as np


class Embedding:
    def forward(self, ids):
        self._check_input(ids)
        self.ids = ids
        return self.W[ids]
