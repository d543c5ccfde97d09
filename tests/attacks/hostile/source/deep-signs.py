# /// attack
# tries = "Is written so that whoever reads it runs out of stack: signs before signs."
# status = "failed"
# says = "m2_rnn/embedding.py cannot be parsed: it is nested too deeply"
# ///
x = @DEEP@1
