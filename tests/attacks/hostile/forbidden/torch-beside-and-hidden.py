# /// attack
# tries = "Hands in a file named scipy.py, and gets the installed scipy by taking its own folder off the path."
# status = "refused"
# says = "imports scipy"
# [files]
# "scipy.py" = "x = 1"
# [on.bwrap]
# status = "failed"
# says = "No module named 'scipy.sparse'"
# ///
import sys

sys.path[:] = [folder for folder in sys.path if "site-packages" in folder] + sys.path
name = "scipy.sparse"
sparse = __import__(name, fromlist=["csr_matrix"])
