"""Every known mistake is caught by the check that is meant to catch it, and called by its name."""

from pathlib import Path

import pytest
from dlf_grader.authoring.mutants import Mutant, load_mutants, plant, survived

MUTANTS = load_mutants(Path(__file__).parent)
SOLUTIONS = Path(__file__).parents[2] / "solutions"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.killed_by}-{m.id}")
def test_mutant_is_killed_and_named(mutant: Mutant, tmp_path, plugins, servers):
    plant(mutant, SOLUTIONS, tmp_path / "tree")
    assert survived(mutant, tmp_path / "tree", plugins, servers) == ""
