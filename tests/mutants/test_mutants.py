"""Every known mistake is caught by the check that is meant to catch it, and called by its name."""

from pathlib import Path

import pytest
from dlf_grader.authoring.mutants import GENERIC, Mutant, load_mutants, plant, survived
from dlf_grader.config import Config
from dlf_grader.instruments.dictionary.lookup import PREFIX
from dlf_grader.instruments.edits.words import RANK
from dlf_grader.instruments.known import known_mistakes
from dlf_grader.instruments.mistakes.generic import GENERIC_MISTAKES
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Diagnosis
from dlf_grader.run.collect import catalogue_of

ROOT = Path(__file__).parents[2]
MUTANTS = load_mutants(Path(__file__).parent)
CHECKS = {
    check.id: check
    for _, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
    for check in found
    if check.method
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.killed_by}-{m.id}")
def test_mutant_is_killed_and_named(mutant: Mutant, tmp_path, plugins, servers):
    plant(mutant, ROOT / "solutions", tmp_path / "tree")
    assert survived(mutant, tmp_path / "tree", plugins, servers) == ""


def known(check):
    """The mistakes that a check declares, by id."""
    return {mistake.id: mistake for mistake in known_mistakes(check)}


def test_each_mutant_names_a_mistake_that_its_check_knows_or_is_generic():
    general = {GENERIC, *GENERIC_MISTAKES, *(PREFIX + kind for kind in RANK)}
    unknown = [
        f"{mutant.killed_by}: {mutant.id} names {mutant.mistake}"
        for mutant in MUTANTS
        if mutant.killed_by in CHECKS
        and mutant.mistake not in general | known(CHECKS[mutant.killed_by]).keys()
        and not mutant.mistake.endswith("-ignored")  # of a parameter, as every layer can
    ]
    assert not unknown


def test_each_mistake_has_a_mutant():
    """A mistake that several subjects share needs one; what an instrument recognises in any of them, one by its id."""
    named = [known(CHECKS[m.killed_by]).get(m.mistake) for m in MUTANTS if m.killed_by in CHECKS]
    planted = {id(mistake) for mistake in named} | {mistake for mistake in named if isinstance(mistake, Diagnosis)}
    unheld = {
        f"{check.id}: {mistake.id}"
        for check in CHECKS.values()
        for mistake in known_mistakes(check)
        if id(mistake) not in planted and mistake not in planted
    }
    assert not unheld
