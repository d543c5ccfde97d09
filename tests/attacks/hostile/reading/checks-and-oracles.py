# /// attack
# tries = "Reads the checks, and PyTorch's side of them, for what they expect."
# status = "failed"
# says = "nothing could be read"
# promised_from = "locked"
# ///
import contextlib
from pathlib import Path

found = []
for place in ("@ROOT@/grader", "@ROOT@/reference", "@ROOT@/tests"):
    for name in ("milestones/m2/embedding.py", "dlf_grader/milestones/m2/embedding.py", "oracles/m2.py",
                 "dlf_reference/oracles/m2.py", "attacks/arena.py"):  # fmt: skip
        with contextlib.suppress(OSError):
            found.append(Path(place, name).read_text())
if not found:
    raise LookupError("nothing could be read")
