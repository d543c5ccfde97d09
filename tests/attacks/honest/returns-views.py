# /// honest
# tries = "Returns read-only views, Fortran order, and other byte order: the same numbers, lying differently."
# ///
plain_forward = Embedding.forward


def forward(self, ids):
    y = np.asfortranarray(plain_forward(self, ids))
    y.flags.writeable = False
    return y


Embedding.forward = forward
