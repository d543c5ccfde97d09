"""How the packages hang together: who imports whom, and what the quick commands cost."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from dlf_grader import hookspecs

ROOT = Path(__file__).parents[2]
GRADER = ROOT / "grader" / "dlf_grader"
REFERENCE = ROOT / "reference" / "dlf_reference"
LAYERS = ["model", "failures", "hookspecs", "plugins", "run.session", "cli"]
EXIT_CODES = "dlf_grader.commands.exit_codes"
LOADED_BY_NAME = ("milestones", "outputs", "classroom", "authoring", "notebooks", "commands", "watch")


def imports(path: Path, *, anywhere: bool) -> set[str]:
    """Modules that a file imports: at its top, or anywhere in it; never those for type checking."""
    found: set[str] = set()

    def visit(nodes):
        for node in nodes:
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                visit(node.orelse)
            elif anywhere or not isinstance(node, ast.FunctionDef | ast.Lambda):
                visit(ast.iter_child_nodes(node))

    visit(ast.parse(path.read_text(encoding="utf-8")).body)
    return found


@pytest.mark.parametrize("at", range(len(LAYERS)))
def test_a_layer_never_imports_a_later_one_at_its_top(at):
    later = {f"dlf_grader.{name}" for name in LAYERS[at + 1 :]}
    assert not imports(GRADER / f"{LAYERS[at].replace('.', '/')}.py", anywhere=False) & later


def test_the_core_loads_plugins_by_name_only():
    core = [*GRADER.glob("*.py"), *(GRADER / "sandbox").glob("*.py"), *(GRADER / "instruments").glob("*.py")]
    for path in core:
        for module in imports(path, anywhere=path.name != "cli.py"):
            by_name = module.startswith(tuple(f"dlf_grader.{name}" for name in LOADED_BY_NAME))
            assert not by_name or (path.name == "cli.py" and module.startswith(EXIT_CODES)), (path, module)


def test_the_reference_never_imports_the_grader():
    for path in REFERENCE.rglob("*.py"):
        assert not any(module.startswith("dlf_grader") for module in imports(path, anywhere=True)), path


@pytest.mark.parametrize("tree", ["exercises", "solutions"])
def test_exercises_and_solutions_import_neither_package(tree):
    for path in (ROOT / tree).rglob("*.py"):
        assert not any(module.startswith("dlf_") for module in imports(path, anywhere=True)), path


def test_the_grader_never_imports_torch_or_unpickles():
    for path in GRADER.rglob("*.py"):
        found = imports(path, anywhere=True)
        if path.name not in ("forkserver.py", "protocol.py", "refused.py"):  # the untrusted side's own
            assert not any(module.partition(".")[0] == "torch" for module in found), path
        assert not found & {"pickle", "marshal", "shelve", "joblib", "cloudpickle"}, path


@pytest.mark.parametrize("command", [["--help"], ["list"], ["next"]])
def test_quick_commands_import_neither_torch_nor_numpy(command):
    code = f"import sys; from dlf_grader.cli import main; main({command!r}); "
    code += "assert not {'numpy', 'torch', 'rich'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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
