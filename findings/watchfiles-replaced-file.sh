#!/bin/sh
# watchfiles, told to watch one file, says that it is deleted when an editor replaces it, and never speaks of it again.
#
# Expected: each save is a change of the file, as for the folder it lies in
# Seen: many editors save by writing a new file and renaming it; after the first such save nothing more is told
# Needs Linux.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check watchfiles==1.3.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import tempfile
import threading
from pathlib import Path

import watchfiles


def changes_told(watched, file, saves=4):
    stop, told = threading.Event(), threading.Event()
    found = []

    def watch():
        for changes in watchfiles.watch(watched, stop_event=stop, rust_timeout=100, yield_on_timeout=True):
            if changes:
                found.append({change.name for change, path in changes if Path(path).name == file.name})
            told.set()

    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(saves):
        told.clear()
        told.wait(5)
        new = file.with_suffix(".new")
        new.write_text(str(number))
        new.rename(file)
        told.clear()
        told.wait(5)
    told.clear()
    told.wait(5)
    stop.set()
    watching.join()
    return found


print("watchfiles", watchfiles.__version__)
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder).resolve() / "layers.py"
    file.write_text("")
    of_file = changes_told(file, file)
    of_folder = changes_told(file.parent, file)
print("of 4 saves, told of the file:", of_file)
print("of 4 saves, told of its folder:", of_folder)
assert len(of_file) == 1 and "deleted" in of_file[0]
assert len(of_folder) == 4
PYTHON
