# /// attack
# tries = "Hands in a link to the solution instead of a file."
# status = "failed"
# says = "m2_rnn/embedding.py is a link out of the tree"
# [links]
# "m2_rnn/embedding.py" = "@ROOT@/solutions/m2_rnn/embedding.py"
# ///
