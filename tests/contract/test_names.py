"""The names, signatures and imports that the exercises' contract fixes, in solutions and stubs alike."""

import ast
from pathlib import Path

import pytest
from signatures import SIGNATURES

ROOT = Path(__file__).parents[2]


def function(path: Path, name: str) -> ast.FunctionDef:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        (node,) = (n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef) and n.name == part)
        body = node.body
    return node


def signature(node: ast.FunctionDef) -> str:
    """Names and defaults, without types."""
    for argument in [*node.args.args, *node.args.kwonlyargs]:
        argument.annotation = None
    return ast.unparse(node.args)


@pytest.mark.parametrize("tree", ["solutions", "exercises"])
@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in SIGNATURES.items() for name in names])
def test_signature_is_the_contracts(tree, file, name):
    assert signature(function(ROOT / tree / file, name)) == SIGNATURES[file][name]


@pytest.mark.parametrize("tree", ["solutions", "exercises"])
@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in SIGNATURES.items() for name in names])
def test_every_function_says_what_it_does(tree, file, name):
    if not name.endswith("__init__"):
        assert ast.get_docstring(function(ROOT / tree / file, name))
