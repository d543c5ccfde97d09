"""What a checker found wrong, each finding a short text."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch


class Findings(list[str]):
    def same(self, what: str, got: Any, want: Any, tol: float = 1e-7) -> None:
        want = np.asarray(want.detach().numpy() if isinstance(want, torch.Tensor) else want)
        if got is None:
            self.append(f"{what}: None")
            return
        got = np.asarray(got)
        if got.shape != want.shape:
            self.append(f"{what}: shape {got.shape}, not {want.shape}")
        elif not np.allclose(got, want, rtol=tol, atol=tol * max(1e-3, float(np.abs(want).max(initial=0)))):
            self.append(f"{what}: other numbers")

    def true(self, what: str, holds: Any) -> None:
        if not holds:
            self.append(what)

    def refuses(self, what: str, call: Callable[[], Any]) -> None:
        try:
            call()
        except ValueError:
            return
        except Exception as e:  # noqa: BLE001 - whatever a wrong answer raises is a finding
            self.append(f"{what}: {type(e).__name__} instead of ValueError")
            return
        self.append(f"{what}: accepted")

    @contextlib.contextmanager
    def part(self, what: str) -> Iterator[None]:
        try:
            with np.errstate(all="ignore"):
                yield
        except Exception as e:  # noqa: BLE001 - likewise
            self.append(f"{what}: {type(e).__name__}: {e}")


def gradients(f: Callable[..., torch.Tensor], arrays: list[np.ndarray], upstream: list[np.ndarray]) -> tuple:
    """PyTorch's results and gradients: of Σ upstream · result, with respect to each array."""
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    results = f(*leaves)
    results = results if isinstance(results, tuple) else (results,)
    total = sum((r * torch.tensor(u)).sum() for r, u in zip(results, upstream, strict=True))
    total.backward()
    return results, [leaf.grad if leaf.grad is not None else torch.zeros_like(leaf) for leaf in leaves]


def layer(
    found: Findings,
    make: Callable[[], Any],
    twin: Callable[..., torch.Tensor],
    names: list[str],
    shapes: list[tuple[int, ...]],
    values: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray] = lambda rng, s: rng.normal(size=s),
    tol: float = 1e-7,
) -> None:
    """A layer with a forward, a backward and parameters: right twice, in both dtypes, beside another object."""
    rng = np.random.default_rng(5)
    for shape in [*shapes, shapes[-1]]:
        for dtype in (np.float64, np.float32):
            with found.part(f"{shape} {dtype.__name__}"):
                mine, other = make(), make()
                exact = 2e-4 if dtype == np.float32 else tol
                for name in names:
                    setattr(mine, name, getattr(mine, name) + rng.normal(scale=0.3, size=np.shape(getattr(mine, name))))
                for round_ in range(2):
                    x = values(rng, shape).astype(dtype)
                    kept = x.copy()
                    y = mine.forward(x)
                    found.true("forward changes x", x.shape == kept.shape and np.array_equal(x, kept))
                    g = rng.normal(size=np.shape(y)).astype(dtype)
                    other.forward(values(rng, shape).astype(dtype))
                    upstream = g.copy()
                    dx = mine.backward(g)
                    found.true("backward changes its upstream gradient", np.array_equal(g, upstream))
                    P = [np.array(getattr(mine, name)).astype(dtype) for name in names]
                    results, grads = gradients(twin, [kept, *P], [g])
                    found.same(f"forward, call {round_ + 1}", y, results[0], exact)
                    found.true("dtype of y", np.asarray(y).dtype == dtype)
                    found.same(f"dL_dx, call {round_ + 1}", dx, grads[0], exact)
                    found.true("dtype of dL_dx", np.asarray(dx).dtype == dtype)
                    for name, want in zip(names, grads[1:], strict=True):
                        found.same(f"dL_d{name}, call {round_ + 1}", getattr(mine, f"dL_d{name}"), want, exact)
