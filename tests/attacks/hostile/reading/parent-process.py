# /// attack
# tries = "Reads what the system tells of the processes above it: arguments, environment, memory, open files."
# status = "failed"
# says = "nothing could be read"
# promised_from = "locked"
# ///
import contextlib
import os

own = {os.stat(name).st_ino for name in os.listdir(".")}  # its scratch folder, to which its own descriptors lead
found = []
for pid in {os.getppid(), 1, "self", *range(2, 2000)}:
    for name in ("cmdline", "environ", "maps", "mem", "root/etc/passwd", "fd/3", "fd/4"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as file:
            if os.fstat(file.fileno()).st_ino not in own:
                found.append(file.read(10))
    with contextlib.suppress(OSError):
        found += os.listdir(f"/proc/{pid}/fd")
if not found:
    raise LookupError("nothing could be read")
