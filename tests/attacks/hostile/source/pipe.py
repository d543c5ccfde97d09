# /// attack
# tries = "Hands in a link to a device that never ends."
# status = "failed"
# says = "m2_rnn/embedding.py is a link out of the tree"
# [links]
# "m2_rnn/embedding.py" = "/dev/zero"
# "m2_rnn/helper.py" = "/dev/random"
# ///
