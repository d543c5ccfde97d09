# /// attack
# tries = "Ends the process while the file is imported."
# status = "crashed"
# says = "importing m2_rnn.embedding ended its process: exited with status 0"
# ///
import os

os._exit(0)
