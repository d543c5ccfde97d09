"""What a fork server imports for its workers, once: they are forked with it in milliseconds.

Our own modules are kept where no import finds them, so that a learner's code is refused them as before.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from types import ModuleType

from dlf_grader.sandbox import guard
from dlf_grader.sandbox.engines import Engine

LIBRARIES: dict[Engine, tuple[str, ...]] = {
    "numpy": ("numpy.random", "resource"),
    "torch": ("numpy.random", "resource", "torch.nested._internal.nested_tensor"),  # that with the first gradient
}
OURS: dict[Engine, tuple[str, ...]] = {
    "numpy": ("dlf_grader.sandbox.watch", "dlf_grader.sandbox.ends"),
    "torch": (
        "dlf_reference.training.probes",
        "dlf_reference.training.continued",
        "dlf_reference.training.autopsy.forward.answers",
        "dlf_reference.training.autopsy.forward.compared",
        "dlf_reference.training.autopsy.forward.cutting",
        "dlf_reference.training.autopsy.forward.long_texts",
        "dlf_reference.training.autopsy.starts",
    ),
}

imported: dict[str, ModuleType] = {}  # our own, by name


def prepare(engine: Engine) -> None:
    """Import it; what is not there on this platform, or in this version, is imported when it is needed."""
    guard.prepare()
    for name in LIBRARIES[engine]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    before = set(sys.modules)
    for name in OURS[engine]:
        with contextlib.suppress(ImportError):
            imported[name] = importlib.import_module(name)
    for name in sys.modules.keys() - before:
        if name.startswith("dlf_"):
            del sys.modules[name]
