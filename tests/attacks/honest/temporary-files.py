# /// honest
# tries = "Keeps notes in files: named, temporary, in folders, mapped, in a database, saved by NumPy; and clears some away."
# ///
import json
import mmap
import pickle
import shutil
import sqlite3
import tempfile
from pathlib import Path

plain_forward = Embedding.forward


def forward(self, ids):
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
        file.write(b"kept")
        Path(folder, "inner").mkdir()
        Path(folder, "inner", "note.json").write_text(json.dumps({"ids": ids.tolist()}))
        Path(folder, "inner", "note.json").replace(Path(folder, "note.json"))
        shutil.copyfile(Path(folder, "note.json"), "note.json")
        Path(folder, "link").symlink_to("note.json")
    Path("cache").mkdir(exist_ok=True)
    Path.home().joinpath("settings").touch()
    np.save("cache/ids.npy", ids)
    np.savez("cache/more.npz", ids=ids)
    with open("cache/ids.pkl", "wb") as file:
        pickle.dump(ids, file)
    with open("page", "w+b") as file:
        file.truncate(4096)
        mmap.mmap(file.fileno(), 4096).close()
    with sqlite3.connect("cache/notes.db") as db:
        db.execute("create table if not exists note (text)")
        db.execute("insert into note values ('kept')")
    again = np.load("cache/ids.npy")
    Path("page").unlink()
    shutil.rmtree("cache")
    return plain_forward(self, again)


Embedding.forward = forward
