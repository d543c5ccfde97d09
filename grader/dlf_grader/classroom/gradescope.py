"""`dlf-grade gradescope build m1`: the autograder's zip for Gradescope; `run` is what happens inside it.

The zip carries the grader, the reference, the exercises and pinned requirements; once its image is built, grading needs
no network.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import requires, version
from importlib.util import find_spec
from pathlib import Path

import pluggy

from dlf_grader import config, places
from dlf_grader.classroom.archives import Unusable, entries_of
from dlf_grader.classroom.intake import Submitted
from dlf_grader.classroom.layout import Layout, layout_of
from dlf_grader.classroom.picking import SubmittedFile
from dlf_grader.classroom.platforms import Attempt
from dlf_grader.exit_codes import OK, OUR_FAULT
from dlf_grader.failures import UsageError
from dlf_grader.notebooks.books import released
from dlf_grader.outputs.gradescope import UNFINISHED, to_gradescope
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.verdicts import has_fault, summary
from dlf_grader.parser import Parser
from dlf_grader.places import LOCAL
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, collect
from dlf_grader.run.reports import replace_file
from dlf_grader.run.submissions import Assignment, SubmissionGrader, exercise_files

SETUP = """\
#!/usr/bin/env bash
# Builds the image; the only step that needs a network.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
for python in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))'; then
        found="$python"
        break
    fi
done
if [ -z "${found:-}" ]; then
    apt-get update
    apt-get install -y python3.11 python3.11-venv
    found=python3.11
fi
"$found" -m venv "$root/venv"
export PIP_EXTRA_INDEX_URL="${PIP_EXTRA_INDEX_URL:-https://download.pytorch.org/whl/cpu}"  # PyTorch without CUDA
"$root/venv/bin/python" -m pip install --no-cache-dir -r "$root/source/requirements.txt"
site=$("$root/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$root/source/packages" > "$site/dl-foundations.pth"
"""
RUN = """\
#!/usr/bin/env bash
root="${{AUTOGRADER_ROOT:-/autograder}}"
cd "$root/source" || exit 1
export DLF_CACHE="${{DLF_CACHE:-$root/cache}}"
exec "$root/venv/bin/python" -m dlf_grader.cli gradescope run {words} --root "$root"
"""


def gradescope(words: list[str]) -> int:
    """Run `dlf-grade gradescope build|run`."""
    parser = Parser("dlf-grade gradescope", description="Grade on Gradescope.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="what", required=True)
    building = commands.add_parser("build", help="write the autograder's zip")
    building.add_argument("-o", "--output", type=Path, metavar="FILE", help="the zip; gradescope-M.zip if not given")
    running = commands.add_parser("run", help="grade what was submitted; the zip's run_autograder calls it")
    running.add_argument("--root", type=Path, default=Path("/autograder"), help="Gradescope's folder")
    for command in (building, running):
        command.add_argument("milestones", nargs="+", metavar="M")
        command.add_argument("--no-train", action="store_true", help="no training at all: faster, and fewer points")
    options = parser.parse_args(words)
    root = places.repository()
    if root is None:
        raise UsageError("no exercises here: change into the course's folder")
    plugins = load_plugins(root)
    names = tuple(dict.fromkeys(options.milestones))
    collect(config.Config(tree=root / "exercises", milestones=names), plugins)
    if options.what == "build":
        target = options.output or Path(f"gradescope-{'-'.join(names)}.zip")
        count = _build(target, root, names, options.no_train)
        print(f"{target}: {count} files. On Gradescope: Configure Autograder, Zip file upload")
        return OK
    layout = layout_of(all_milestones(plugins), names, [exercise_files(root), *released(root)])
    train = False if options.no_train else None
    assignment = Assignment(names, config.new_seed(), train=train, base=exercise_files(root), beside=str(root))
    return _run(options.root, layout, assignment, plugins)


def _run(root: Path, layout: Layout, assignment: Assignment, plugins: pluggy.PluginManager) -> int:
    """Write results/results.json, from the first moment on."""
    target = root / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    replace_file(target, as_json({"output": UNFINISHED}))
    try:
        found = entries_of(root / "submission")
        handed_in = tuple(SubmittedFile(entry.path, entry.path, entry) for entry in found)
        picked = Submitted(Attempt("", ()), handed_in).read(layout)
    except Unusable as problem:
        replace_file(target, as_json({"score": 0, "output": f"Not graded: {problem}."}))
        print(problem)
        return OK
    with SubmissionGrader(assignment) as grader:
        report = grader.grade(picked.files, (("gradescope", target),))  # rewritten after every exercise
        if has_fault(report):  # once more: a machine that was short of memory may have it now
            report = grader.grade(picked.files)
    said = [f"Left out {path}: {reason}." for path, reason in picked.left_out]
    replace_file(target, to_gradescope(plugins.hook.dlf_shown(report=report) or report, said))
    print(summary(report))
    return OUR_FAULT if has_fault(report) else OK


def _build(target: Path, root: Path, names: tuple[str, ...], no_train: bool) -> int:
    words = " ".join([*names, "--no-train"] if no_train else names)
    files: dict[str, bytes] = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.format(words=words).encode(),
        "requirements.txt": "".join(f"{line}\n" for line in pins()).encode(),
    }
    for package in ("dlf_grader", "dlf_reference"):
        files |= {f"packages/{package}/{name}": data for name, data in _package(package)}
    files |= {f"exercises/{path}": data for path, data in exercise_files(root).items()}
    if (root / LOCAL).is_file():
        files[LOCAL] = (root / LOCAL).read_bytes()
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                about = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))  # the same content makes the same zip
                about.external_attr = (0o755 if name in ("setup.sh", "run_autograder") else 0o644) << 16
                archive.writestr(about, data, zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
    return len(files)


def pins() -> list[str]:
    """What the grader needs, in the versions that are installed here."""
    found = []
    for wanted in requires("dl-foundations") or []:
        if "extra ==" not in wanted:
            name, marker = re.match(r"[\w.-]+", wanted), wanted.partition(";")[2]
            assert name is not None
            pinned = f"{name[0]}=={version(name[0]).partition('+')[0]}"
            found.append(f"{pinned}; {marker.strip()}" if marker else pinned)
    return found


def _package(name: str) -> Iterator[tuple[str, bytes]]:
    spec = find_spec(name)
    for folder in map(Path, (spec.submodule_search_locations or ()) if spec else ()):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(folder).as_posix(), path.read_bytes()
