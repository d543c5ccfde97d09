#!/bin/sh
# A process that asks to be killed when its parent ends is killed when the thread that started it ends.
#
# Expected: with PR_SET_PDEATHSIG a child lives as long as the process that started it
# Seen: started by a thread that ends, it is killed at once, though its parent runs on
# Needs Linux, and no packages.
set -eu
python3 -W ignore - <<'PYTHON'
import ctypes
import os
import platform
import signal
import subprocess
import threading

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)
started = []


def start():
    ask = lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    started.append(subprocess.Popen(["sleep", "3"], preexec_fn=ask))


start()
thread = threading.Thread(target=start)
thread.start()
thread.join()
by_main, by_thread = (child.wait() for child in started)
print(platform.system(), platform.release(), "  parent:", os.getpid(), "still runs")
print("ended with, started by the main thread:", by_main, "  by a thread that ended:", by_thread)
assert (by_main, by_thread) == (0, -signal.SIGKILL)
PYTHON
