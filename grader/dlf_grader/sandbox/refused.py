"""PyTorch functions and classes that an exercise is to write itself: refused when they run, however they are reached.

A class refuses to be constructed or called, whoever holds it under whatever name. An operator is refused in PyTorch's
dispatcher, where `F.x`, `torch.ops.aten.x` and `torch._C._nn.x` meet.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any, NoReturn

OPERATORS = "torch.ops."
DEVICES = ("CPU", "AutogradCPU", "CUDA", "AutogradCUDA", "MPS", "AutogradMPS")

_libraries: list[Any] = []  # an operator is refused as long as its library lives


def watch(patterns: Sequence[str], instead: str, refuse: Callable[[str], None]) -> None:
    """Start refusing.

    Args:
        patterns: full names with wildcards, "torch.nn.Transformer*", "torch.ops.aten.*scaled_dot_product*".
        instead: what to use in place of it, one sentence.
        refuse: called with the reason; does not return.
    """

    def refusing(name: str) -> Callable[..., NoReturn]:
        def refused(*args: Any, **kwargs: Any) -> NoReturn:
            refuse(f"uses {name}: {instead}")
            raise SystemExit

        return refused

    for pattern in patterns:
        if "." not in pattern or pattern.endswith(".*"):
            continue  # a whole package, or all modules of one: the guard refuses to import them
        if pattern.startswith(OPERATORS):
            _watch_operators(pattern, refusing)
        else:
            for owner, name, found in _named(pattern):
                whole = f"{pattern.rpartition('.')[0]}.{name}"
                if isinstance(found, type):
                    found.__init__ = found.forward = refusing(whole)  # type: ignore[misc,attr-defined]
                elif "scaled_dot_product" not in name:  # those are operators, refused as such
                    setattr(owner, name, refusing(whole))


def _named(pattern: str) -> Iterator[tuple[Any, str, Any]]:
    """What a pattern names: its module, its name, itself."""
    module, _, wanted = pattern.rpartition(".")
    owner = importlib.import_module(module)
    for name in dir(owner):
        if fnmatchcase(name, wanted):
            yield owner, name, getattr(owner, name)


def _watch_operators(pattern: str, refusing: Callable[[str], Callable[..., NoReturn]]) -> None:
    import torch

    space, _, wanted = pattern.removeprefix(OPERATORS).partition(".")
    library = torch.library.Library(space, "IMPL")  # type: ignore[no-untyped-call]  # torch leaves it untyped
    _libraries.append(library)
    for operator in torch._C._dispatch_get_all_op_names():
        owner, _, name = operator.partition("::")
        if owner == space and fnmatchcase(name.partition(".")[0], wanted):
            for device in DEVICES:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # that there was another implementation is the point
                    library.impl(name, refusing(f"PyTorch's {name.partition('.')[0]}"), device)  # type: ignore[no-untyped-call]
