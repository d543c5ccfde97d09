"""`make gpu` on a machine without a card: the same program, on little, made-up data."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.gpu.steps import STEPS
from benchmarks.gpu.trainings import MILESTONES

ROOT = Path(__file__).parents[2]
BASELINES = ROOT / "reference" / "dlf_reference" / "baselines.toml"


def ran(out):
    command = [sys.executable, "-m", "benchmarks.gpu", "--device", "cpu", "--scale", "0.01", "--out", out]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_all_that_a_card_is_tried_on_runs_without_one_and_goes_on_where_it_was_stopped(tmp_path):
    before = BASELINES.read_bytes()
    first = ran(tmp_path)
    assert not first.returncode, first.stdout + first.stderr
    (file,) = tmp_path.glob("*.json")
    kept = json.loads(file.read_text())
    assert list(kept["steps"]) == list(STEPS)
    assert list(kept["trainings"]) == list(MILESTONES)
    kept["steps"].pop("nan")
    kept["trainings"].pop("m1.mnist")
    file.write_text(json.dumps(kept))
    second = ran(tmp_path)
    assert [line.split(",")[0].split("   ")[0] for line in second.stdout.splitlines()] == ["✓ nan", "✓ m1.mnist"]
    assert BASELINES.read_bytes() == before
