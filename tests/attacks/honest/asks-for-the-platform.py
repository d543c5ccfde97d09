# /// honest
# tries = "Asks for the platform at its top, for which Python starts uname, and has imports that never run."
# ///
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    import torch

NAME = platform.platform()


def to_torch(layer: "pandas.DataFrame") -> "torch.Tensor":
    import torch

    return torch.from_numpy(layer)


if __name__ == "__main__":
    import matplotlib.pyplot
