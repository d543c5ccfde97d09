# /// attack
# tries = "Hands in the files that Python and pytest run by themselves when they start in a folder."
# status = "failed"
# says = "y is wrong"
# [files]
# "sitecustomize.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "usercustomize.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "conftest.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "mine.pth" = "import os; open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "pytest.ini" = "[pytest]\naddopts = --collect-only"
# "pyproject.toml" = "[tool.pytest.ini_options]\naddopts = '--collect-only'"
# "dlfplugin.py" = "open('@OUTSIDE@/gradebook.db', 'w').write('spoilt')"
# "m2_rnn/__init__.py" = "x = 1"
# ///
import numpy as np


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        return np.zeros((*ids.shape, self.W.shape[1]))
