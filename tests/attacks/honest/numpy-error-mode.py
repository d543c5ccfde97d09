# /// honest
# tries = "Makes NumPy print, call and raise where it would warn, and sets how it prints arrays."
# ///
np.seterr(all="raise", divide="call", over="print")
np.seterrcall(print)
np.set_printoptions(precision=2, suppress=True, threshold=3)
