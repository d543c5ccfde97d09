"""A thousand hostile runs in a row on servers that last: what is left of them?

    python tests/attacks/endurance.py [RUNS] [RUNG]        1000 runs on `locked`

Prints, every hundred runs, the processes left, files changed, descriptors and memory of this process and the servers',
and ends with status 1 if any attack scored, anything was left or anything grew without end.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from arena import Arena, attacked, load
from dlf_grader.sandbox.servers import Servers

WAITING_IS_THE_POINT = 1.0  # seconds, instead of the several that a busy test machine is given


def main(runs: int, rung: str) -> int:
    """Cycle through the corpus; returns the exit status."""
    # wide files and long waits are one run's cost each time, and teach nothing at the hundredth
    attacks = [attack.as_on(rung) for attack in load("hostile") if attack.promised_on(rung) and not attack.train]
    attacks = [replace(a, patience=min(a.patience, WAITING_IS_THE_POINT)) for a in attacks if a.patience < 30]
    servers, folder = Servers(), Path(tempfile.mkdtemp(prefix="dlf-endurance-"))
    os.environ["DLF_CACHE"] = str(folder / "cache")
    arena, wrong, start, early = Arena(folder / "arena", servers), [], time.monotonic(), (0, 0)
    try:
        for number, attack in enumerate(islice(cycle(attacks), runs), start=1):
            arena.plant(attack)
            outcome = arena.grade(attack, rung)
            scored = [r.id for r in attacked(outcome.report, attack) if r.score]
            wrong += [
                (number, attack.name, bad) for bad in (scored, outcome.changed, outcome.left, outcome.litter) if bad
            ]
            if number % 100 == 0 or number == runs:
                now = held(servers)
                early = early if early[0] else now
                print(f"{number} runs, {time.monotonic() - start:.0f} s: {len(wrong)} wrong", end=", ")
                print(f"{now[0]} descriptors, {now[1]} MiB held here and in the servers", flush=True)
        grown = held(servers)[0] - early[0], held(servers)[1] - early[1]
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for number, name, what in wrong:
        print(f"run {number}, {name}: {what}")
    print(f"since the first hundred runs: {grown[0]:+d} descriptors, {grown[1]:+d} MiB")
    return int(bool(wrong) or grown[0] > 5)


def held(servers: Servers) -> tuple[int, int]:
    """Open descriptors, and MiB of memory, of this process and its fork servers."""
    pids = ["self", *(str(server.process.pid) for server in servers._servers.values())]
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids), sum(pages) * os.sysconf("SC_PAGE_SIZE") >> 20


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["1000"])[0]), (sys.argv[2:] or ["locked"])[0]))
