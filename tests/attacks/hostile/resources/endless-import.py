# /// attack
# tries = "Is never imported."
# status = "timeout"
# says = "importing m2_rnn.embedding did not end in time"
# patience = 2.0
# ///
import threading

threading.Event().wait()
