"""How the packages hang together: who may import whom, that nothing goes in circles, and what quick commands cost."""

import ast
import inspect
import os
import re
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import pytest
from dlf_grader import hookspecs

ROOT = Path(__file__).parents[2]
GRADER = ROOT / "grader" / "dlf_grader"
REFERENCE = ROOT / "reference" / "dlf_reference"
PACKAGES = {"dlf_grader": GRADER, "dlf_reference": REFERENCE}
TREES = ("exercises", "solutions")

# What each folder of the grader, and each module of its core, may import of ours, besides itself; late and type-only
# imports count. Who is not named here (milestones, outputs, …) is loaded by name.
CORE = {
    "dlf_grader": set(),  # the version
    "claims": set(),
    "model": {"claims"},
    "report": {"claims", "model"},
    "exit_codes": {"claims", "report"},
    "frames": set(),
    "installed": set(),
    "checks": {"model"},
    "failures": {"model", "checks", "report", "frames"},
    "sandbox": {"failures", "frames"},
    "places": {"failures"},
    "parser": {"failures"},
    "config": {"failures", "places"},
    "context": {"model", "report", "checks", "config"},
    "hookspecs": {"model", "report", "checks", "failures", "config", "context", "sandbox"},
    "plugins": {"failures", "places", "installed", "hookspecs"},
}
RUN = {*CORE, "run"}
USERS = {*RUN, "plugins"}
CHECKS = {"claims", "model", "report", "checks", "failures", "config", "context", "sandbox", "run", "dlf_reference"}
MAY_IMPORT = CORE | {
    "run": RUN,
    "instruments": CHECKS | {"hookspecs"},
    "milestones": CHECKS | {"hookspecs", "instruments"},
    "outputs": CHECKS - {"context", "sandbox", "run"} | {"dlf_grader", "places", "hookspecs"},
    "commands": USERS | {"outputs"},
    "__main__": {"cli"},
    "cli": {"dlf_grader", "exit_codes", "failures", "commands", "sandbox"},
    "watch": USERS | {"outputs", "commands"},
    "classroom": USERS | {"outputs", "notebooks"},
    "notebooks": USERS | {"outputs", "commands"},
    "authoring": USERS | {"outputs", "commands", "cli", "instruments", "milestones", "dlf_reference"},
}


@cache
def modules():
    """Every module of ours, by name; one of an exercise's tree starts with the tree's."""
    return {
        ".".join((name, *(part for part in path.relative_to(folder).with_suffix("").parts if part != "__init__"))): path
        for name, folder in {**PACKAGES, **{tree: ROOT / tree for tree in TREES}}.items()
        for path in folder.rglob("*.py")
    }


@cache
def imports(path):
    """What a file imports, wherever the statement stands in it and whatever for."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@cache
def arrows():
    """The modules of ours that each imports."""
    known = modules()
    found = {}
    for name, path in known.items():
        prefix = f"{name.partition('.')[0]}." if name.startswith(TREES) else ""
        asked = [prefix + imported for imported in imports(path)]
        found[name] = {one if one in known else one.rpartition(".")[0] for one in asked} & known.keys() - {name}
    return found


def place(module):
    """The folder of the grader that a module lies in, or the module itself where it is of the core."""
    package, _, inside = module.partition(".")
    return inside.partition(".")[0] or package if package == "dlf_grader" else package


def test_every_import_follows_the_table_of_arrows():
    found = {(place(a), place(b)) for a, to in arrows().items() if a.startswith("dlf_grader") for b in to}
    assert not {(a, b) for a, b in found if a != b and b not in MAY_IMPORT[a]}


def test_nothing_goes_in_circles():
    waiting = {module: set(to) for module, to in arrows().items()}
    while ends := {module for module, to in waiting.items() if not to}:  # they lead to no circle
        waiting = {module: to - ends for module, to in waiting.items() if module not in ends}
    while starts := waiting.keys() - set().union(*waiting.values()):  # no circle leads to them
        waiting = {module: to for module, to in waiting.items() if module not in starts}
    assert not waiting


def test_no_milestone_imports_another():
    def milestone(module):
        found = re.match(r"dlf_grader\.milestones\.(m\d+)", module)
        return found and found[1]

    pairs = {(a, b) for a, to in arrows().items() for b in to if milestone(a) and milestone(b)}
    assert {(a, b) for a, b in pairs if milestone(a) != milestone(b)} == set()


def test_what_checks_ask_of_a_forward_imports_no_recipe():
    forward = "dlf_reference.training.autopsy.forward"
    waiting, reached = [name for name in modules() if name.startswith(forward)], set()
    while waiting:
        reached.add(module := waiting.pop())
        waiting += arrows()[module] - reached
    beside = {"measured", "starts"}
    allowed = {"probes", "watching", "autopsy", *(f"autopsy.{name}" for name in beside)}
    others = {name.removeprefix("dlf_reference.training.") for name in reached if not name.startswith(forward)}
    assert others - {"dlf_reference", "dlf_reference.training"} <= allowed


def test_what_a_locked_worker_trains_with_lies_in_training():
    """It may read no other folder of the reference: a recipe that imported from one would fail there alone."""
    training = "dlf_reference.training"
    sources = [path.read_text(encoding="utf-8") for name, path in modules().items() if name.startswith("dlf_grader")]
    named = {found for text in sources for found in re.findall(r'"(\w+):\w+"', text)}
    recipes = {name for name in named if f"{training}.{name}" in modules()}
    assert {"numpy_models", "images", "sequences", "text", "autograd", "language"} <= recipes
    waiting, reached = [f"{training}.{recipe}" for recipe in recipes], set()
    while waiting:
        reached.add(module := waiting.pop())
        waiting += arrows()[module] - reached
    assert {name for name in reached if not name.startswith(training)} <= {"dlf_reference"}


@pytest.mark.parametrize("tree", ["dlf_reference", *TREES])
def test_neither_the_reference_nor_a_tree_imports_the_grader(tree):
    refused = ("dlf_grader",) if tree == "dlf_reference" else ("dlf_grader", "dlf_reference")
    for module, path in modules().items():
        if module.partition(".")[0] == tree:
            assert not any(name.startswith(refused) for name in imports(path)), path


def test_the_grader_never_imports_torch_or_unpickles():
    for path in GRADER.rglob("*.py"):
        found = {name.partition(".")[0] for name in imports(path)}
        if path.name not in ("forkserver.py", "protocol.py", "refused.py"):  # the untrusted side's own
            assert "torch" not in found, path
        assert not found & {"pickle", "marshal", "shelve", "joblib", "cloudpickle"}, path


@pytest.mark.parametrize("command", [["--help"], ["list"], ["next"]])
def test_quick_commands_import_neither_torch_nor_numpy(command):
    code = f"import sys; from dlf_grader.cli import main; main({command!r}); "
    code += "assert not {'numpy', 'torch', 'rich', 'dlf_grader.report'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [["list"], ["next"], ["hint", "m0.linear.init"]])
def test_what_only_tells_of_checks_loads_no_plugin_the_second_time(command, tmp_path):
    code = (
        "import sys; before = set(sys.modules); from dlf_grader.run import listing; from dlf_grader.cli import main; "
    )
    code += f"listing.YOUNG = -(10**18); main({command!r}); "
    slow = {"typing", "inspect", "dataclasses", "pluggy", "ctypes", "msgspec", "dlf_grader.model", "dlf_grader.plugins"}
    code += f"print('loaded', sorted({slow} & (sys.modules.keys() - before)))"
    run = partial(subprocess.run, [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    environment = os.environ | {"DLF_CACHE": str(tmp_path)}
    run(env=environment)
    assert run(env=environment).stdout.splitlines()[-1] == "loaded []"


def test_no_module_is_longer_than_350_lines():
    for package in (GRADER, REFERENCE, ROOT / "solutions", ROOT / "tests"):
        for path in package.rglob("*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path


def hooks():
    return [value for name, value in vars(hookspecs).items() if name.startswith("dlf_")]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook.__name__)
def test_every_hook_is_documented(hook):
    assert inspect.getdoc(hook)
    assert hook.__name__ in (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
