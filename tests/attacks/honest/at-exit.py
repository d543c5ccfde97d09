# /// honest
# tries = "Leaves work for the end of the process: hooks, finalisers, a signal handler, a faulthandler."
# ///
import atexit
import faulthandler
import signal
import weakref

atexit.register(print, "good bye")
faulthandler.enable()
signal.signal(signal.SIGTERM, lambda *args: None)
weakref.finalize(Embedding, print, "collected")
