# /// attack
# tries = "Imports the solutions as a package."
# status = "refused"
# says = "imports solutions.m2_rnn.embedding"
# ///
import sys

sys.path.insert(0, "@ROOT@")

from solutions.m2_rnn.embedding import Embedding
