# /// attack
# tries = "Hands in a link to the folder of solutions, and imports from it."
# status = "refused"
# says = "imports borrowed.m2_rnn.embedding"
# [links]
# "borrowed" = "@ROOT@/solutions"
# ///
from borrowed.m2_rnn.embedding import Embedding
