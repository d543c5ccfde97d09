# /// honest
# tries = "Warns at every call, from as many lines as it likes."
# ///
import warnings

warnings.simplefilter("always")
plain_forward = Embedding.forward


def forward(self, ids):
    for category in (UserWarning, DeprecationWarning, RuntimeWarning):
        warnings.warn("careful", category, stacklevel=2)
    return plain_forward(self, ids)


Embedding.forward = forward
