# /// attack
# tries = "Leaves while the file is imported, before anything can be checked."
# status = "failed"
# says = "importing m2_rnn.embedding raised SystemExit"
# ///
raise SystemExit(0)
