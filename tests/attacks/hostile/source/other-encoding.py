# /// attack
# tries = "Hides an import in an encoding that whoever reads the file as UTF-8 does not see through."
# status = "refused"
# says = "imports torch"
# [files]
# "m2_rnn/hidden.py" = "# coding: utf-7\n+AGkAbQBwAG8AcgB0- torch\nEmbedding = torch.nn.Embedding\n"
# ///
from m2_rnn.hidden import Embedding
