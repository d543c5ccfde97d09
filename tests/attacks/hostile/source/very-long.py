# /// attack
# tries = "Is longer than any exercise, to slow down whoever reads it."
# status = "failed"
# says = "is larger than 1024 KiB"
# ///
# @PADDING@
