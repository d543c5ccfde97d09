# /// attack
# tries = "Reads what the system tells of the processes above it: arguments, environment, memory, open files."
# status = "failed"
# says = "nothing could be read"
# promised_from = "locked"
# ///
import contextlib
import os

found = []
for pid in {os.getppid(), 1, "self", *range(2, 2000)}:
    for name in ("cmdline", "environ", "maps", "mem", "root/etc/passwd", "fd/3", "fd/4"):
        if pid == "self" and name.startswith("fd/"):
            continue  # its own descriptors lead to its own scratch folder
        with contextlib.suppress(OSError):
            found.append(open(f"/proc/{pid}/{name}", "rb").read(10))
    with contextlib.suppress(OSError):
        found += os.listdir(f"/proc/{pid}/fd")
if not found:
    raise LookupError("nothing could be read")
