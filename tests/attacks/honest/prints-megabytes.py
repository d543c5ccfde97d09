# /// honest
# tries = "Prints ten megabytes in every call."
# ///
plain_forward = Embedding.forward


def forward(self, ids):
    print("x" * 10_000_000)
    return plain_forward(self, ids)


Embedding.forward = forward
