"""`make bench`: measure every figure, write benchmarks/results.json and benchmarks/RESULTS.md.

Every figure is a ratio of medians, the two sides measured in turn, so that a machine whose speed drifts does not
matter. One thread for each numerical library.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dlf_reference.machine import processor

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named, or all."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    known = "commands, diagnosis, memory, kernels, language, gradients, training, batch"
    parser.add_argument("names", nargs="*", help=f"{known}; none means all")
    names = parser.parse_args().names
    if os.environ.get("OMP_NUM_THREADS") != "1":  # libraries read these when they are loaded: start again with them
        os.environ.update(dict.fromkeys(THREADS, "1"))
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *names])
    from benchmarks import batch, commands, diagnosis, gradients, kernels, language, memory, training

    every = (commands, diagnosis, memory, kernels, language, gradients, training, batch)
    modules = {module.__name__.rpartition(".")[2]: module for module in every}
    figures = []
    for name in names or modules:
        for figure in modules[name].measure():
            figures.append(figure)
            print(figure.line(), flush=True)
    if not names:
        _write([asdict(figure) | {"ratio": figure.ratio} for figure in figures], [figure.row() for figure in figures])
    return 0


def _write(figures: list[dict[str, object]], rows: list[str]) -> None:
    machine = {
        "processor": processor(),
        "processors": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "date": date.today().isoformat(),
        **{name: version(name) for name in ("numpy", "torch")},
    }
    (HERE / "results.json").write_text(json.dumps({"machine": machine, "figures": figures}, indent=1) + "\n")
    about = ", ".join(f"{name} {value}" for name, value in machine.items())
    head = ["| what | ours | yardstick | ratio | at most |", "|---|---|---|---|---|"]
    text = ["# Benchmarks", "", "Written by `make bench`. " + about + ".", "", *head, *rows, ""]
    (HERE / "RESULTS.md").write_text("\n".join(text))


if __name__ == "__main__":
    sys.exit(main())
