# /// attack
# tries = "Finds the guard in memory, tells it that our own code is importing, and imports PyTorch."
# status = "failed"
# says = "importing m2_rnn.embedding raised"
# promised_from = "locked"
# ///
import gc
import sys

sys.modules["dlf_grader.sandbox.guard"]._trusted_depth = 99
for function in [thing for thing in gc.get_objects() if getattr(thing, "__name__", "") == "hook"]:
    for cell in function.__closure__ or ():
        if isinstance(cell.cell_contents, frozenset):
            cell.cell_contents = frozenset()
sys.path.append("@SITE@")
torch = __import__("torch")
Embedding = torch.nn.Embedding
