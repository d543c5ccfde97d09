# /// honest
# tries = "Turns the garbage collector off and on, raises the recursion limit, and changes the time zone's language."
# ///
import gc
import locale
import sys

gc.disable()
sys.setrecursionlimit(5000)
locale.setlocale(locale.LC_ALL, "C")
plain_forward = Embedding.forward


def forward(self, ids):
    gc.collect()
    return plain_forward(self, ids)


Embedding.forward = forward
