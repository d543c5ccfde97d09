# /// honest
# tries = "Takes two seconds to import."
# ///
import time

time.sleep(2)
