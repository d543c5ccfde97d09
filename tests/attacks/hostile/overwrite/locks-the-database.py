# /// attack
# tries = "Takes the lock of a database outside and keeps it, so that nobody else can write."
# status = "failed"
# says = "raised PermissionError"
# ///
import sqlite3


class Embedding:
    def __init__(self, num_embeddings, embedding_dim): ...

    def forward(self, ids):
        self.db = sqlite3.connect("@OUTSIDE@/marks.db", isolation_level=None)
        self.db.execute("create table mark (points)")
        self.db.execute("begin exclusive")
