#!/bin/sh
# A limit of processor time makes a process's own clock of it coarse: time.process_time() then waits for the next tick.
#
# Expected: a limit of an hour changes nothing that a process sees before the hour is over
# Seen: Linux serves the clock of a process with such a limit from a sum that is renewed at each tick of the kernel, a few
#       hundred times a second, where it had nanoseconds; time.get_clock_info still says 1e-09, and time.thread_time is exact
# Needs Linux, and no packages.
set -eu
python3 - <<'PYTHON'
import platform
import resource
import time


def different_readings(clock, seconds=1.0):
    found, until = set(), time.perf_counter() + seconds
    while time.perf_counter() < until:
        found.add(clock())
    return len(found)


print("Linux", platform.release(), "Python", platform.python_version())
print("different readings in a second, of process_time and thread_time")
before = different_readings(time.process_time), different_readings(time.thread_time)
print("no limit:                 ", *before)
resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
after = different_readings(time.process_time), different_readings(time.thread_time)
print("RLIMIT_CPU of an hour:    ", *after)
print("get_clock_info says:      ", time.get_clock_info("process_time").resolution)
assert min(*before, after[1]) > 20_000 > 2_000 > after[0]
PYTHON
