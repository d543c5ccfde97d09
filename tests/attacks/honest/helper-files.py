# /// honest
# tries = "Spreads its code over files of its own beside the exercise."
# [files]
# "m2_rnn/helpers/__init__.py" = "from m2_rnn.helpers.table import rows"
# "m2_rnn/helpers/table.py" = "def rows(table, ids):\n    return table[ids]\n"
# ///
from m2_rnn.helpers import rows


def forward(self, ids):
    self._check_input(ids)
    self.ids = ids.copy()
    return rows(self.W, ids)


Embedding.forward = forward
