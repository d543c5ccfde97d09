# /// honest
# tries = "Computes in threads, and leaves one waiting."
# ///
import threading
from concurrent.futures import ThreadPoolExecutor

threading.Thread(target=threading.Event().wait, daemon=True).start()
pool = ThreadPoolExecutor(4)
plain_forward = Embedding.forward


def forward(self, ids):
    (y,) = pool.map(plain_forward, [self], [ids])
    return y


Embedding.forward = forward
