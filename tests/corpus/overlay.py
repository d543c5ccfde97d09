"""A file of the corpus, and the whole exercise that it stands for: what it leaves out is the solution's."""

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Entry:
    path: Path
    exercise: str
    right: bool = False
    mistake: str = ""
    note: str = ""
    caught_by: tuple[str, ...] = ()
    names: str = ""
    misnames: str = ""
    methods: bool = False

    @property
    def id(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def milestone(self) -> str:
        return self.path.parent.name

    def source(self, solutions: Path = ROOT / "solutions") -> str:
        """The learner's whole file."""
        return merge((solutions / self.exercise).read_text(), body(self.path.read_text()), self.methods)


def entries() -> list[Entry]:
    return [read(path) for path in sorted(HERE.glob("m[0-9]/*.py"))]


def read(path: Path) -> Entry:
    lines = path.read_text().splitlines()
    head = [line[2:] for line in lines[: len(lines) - len(body(path.read_text()).splitlines())]]
    values = tomllib.loads("\n".join(head))
    values["caught_by"] = tuple(values.get("caught_by", ()))
    entry = Entry(path=path, **values)
    for pattern in (entry.names, entry.misnames):
        re.compile(pattern)
    return entry


def body(text: str) -> str:
    """The file without its head."""
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("# "):
        lines.pop(0)
    return "".join(lines)


def merge(solution: str, answer: str, methods: bool) -> str:
    """The solution's file with the answer's definitions in place of its own."""
    answers, solutions = ast.parse(answer), ast.parse(solution)
    imports = [node for node in answers.body if isinstance(node, ast.Import | ast.ImportFrom)]
    others = [node for node in answers.body if node not in imports]
    mine = {name: node for node in others for name in _names(node)}
    out, placed = [], False
    last_import = max(i for i, node in enumerate(solutions.body) if isinstance(node, ast.Import | ast.ImportFrom))
    for at, node in enumerate(solutions.body):
        replaced = [mine[name] for name in _names(node) if name in mine]
        if not replaced:
            out.append(_text(solution, node))
        elif methods and isinstance(node, ast.ClassDef):
            if not placed:
                out += [_text(answer, n) for n in others if not isinstance(n, ast.ClassDef)]
            placed = True
            out.append(_merged_class(solution, node, answer, replaced[0]))
        elif not placed:
            placed = True
            out += [_text(answer, n) for n in others]
        if at == last_import:
            out += [_text(answer, n) for n in imports]
    if not placed:
        raise ValueError(f"nothing of {sorted(mine)} is in the solution")
    return "\n\n\n".join(out) + "\n"


def _merged_class(solution: str, theirs: ast.ClassDef, answer: str, mine: ast.stmt) -> str:
    assert isinstance(mine, ast.ClassDef)
    own = {name for node in mine.body for name in _names(node)}
    kept = [_text(solution, n) for n in theirs.body if not own & set(_names(n))]
    header = solution.splitlines()[theirs.lineno - 1]
    return "\n\n".join([header, *kept, *(_text(answer, n) for n in mine.body)])


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _text(source: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])
