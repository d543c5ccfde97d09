# /// attack
# tries = "Reads the solution with the standard library's readers of source files."
# status = "failed"
# says = "no lines anywhere"
# promised_from = "locked"
# ///
import contextlib
import fileinput
import linecache
import mmap
import os
import tokenize

PATH = "@ROOT@/solutions/m2_rnn/embedding.py"


def mapped(path):
    with open(os.open(path, os.O_RDONLY)) as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)[:].decode().splitlines()


def sent(path):
    source, target = os.open(path, os.O_RDONLY), os.memfd_create("solution")
    os.sendfile(target, source, 0, 1 << 20)
    return os.pread(target, 1 << 20, 0).decode().splitlines()


lines = []
for read in (linecache.getlines, lambda path: list(fileinput.input(path)), lambda path: list(tokenize.open(path)), mapped, sent):
    with contextlib.suppress(OSError):
        lines += read(PATH)
if not lines:
    raise LookupError("no lines anywhere")
exec("\n".join(lines))
