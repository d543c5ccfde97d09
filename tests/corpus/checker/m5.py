"""m5: the engine, its operations, and layers on top of it."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F

from checker.findings import Findings, gradients


def tensor(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(13)
    T = m.Tensor
    with found.part("shared"):
        a, b = rng.normal(size=(2, 3)), rng.normal(size=(3,))
        up = rng.normal(size=(2, 3))

        def f(a, b):
            c = a * b
            return (c * c + c).exp() / (b * b + 1) + a

        x, y = T(a, requires_grad=True), T(b, requires_grad=True)
        _, want = gradients(f, [a, b], [up])
        kept = up.copy()
        for times in (1, 2):
            f(x, y).backward(up)
            found.same("a.grad", x.grad, times * want[0])
            found.same("b.grad", y.grad, times * want[1])
        found.true("the upstream array changed", np.array_equal(up, kept))
        first, second = T(np.ones(2), True), T(np.ones(2), True)
        seed = np.ones(2)
        (first + second).backward(seed)
        (first * 3).sum().backward()
        found.same("another leaf's gradient", second.grad, np.ones(2))
        found.same("the caller's gradient", seed, np.ones(2))
        x.zero_grad()
        found.true("zero_grad", x.grad is None or (np.shape(x.grad) == (2, 3) and not np.any(x.grad)))
        found.true("detach", not x.detach().requires_grad and np.array_equal(x.detach().data, x.data))
    with found.part("chain"):
        x = T(1.0, True)
        y = x
        for _ in range(20_000):
            y = y + x
        y.backward()
        found.same("chain", x.grad, 20_001.0)
    with found.part("order"):
        x = T(1.0, True)
        y = x * 2
        for _ in range(12):
            y = y + y
        z = (y + x) * x
        order = m.topological_order(z)
        at = {id(t): i for i, t in enumerate(order)}
        found.true("each once", len(at) == len(order) == 16)
        found.true("inputs first", all(at[id(i)] < at[id(t)] for t in order for i in t.inputs if i.requires_grad))
    for shape, own in [((2, 3), (3,)), ((2, 3), (2, 1)), ((4, 2, 3), (1, 3)), ((2, 3), ())]:
        with found.part("unbroadcast"):
            g = rng.normal(size=shape)
            _, (want,) = gradients(lambda t, shape=shape: t.expand(shape), [np.zeros(own)], [g])
            found.same("unbroadcast", m.unbroadcast(g, own), want)
    with found.part("visits"):
        x = T(1.0, True)
        y = x
        for _ in range(18):
            y = y + y
        counted = [0]
        stop = _Counted(y.inputs, counted)
        y.inputs = stop
        m.topological_order(y)
        found.true("every path is walked", counted[0] < 50)
    return found


class _Counted(tuple):
    """A tuple of inputs that counts how often the walk below it is asked."""

    def __new__(cls, items: tuple, counted: list[int]) -> "_Counted":
        made = super().__new__(cls, items)
        for t in items:
            if t.inputs and not isinstance(t.inputs, _Counted):
                t.inputs = _Counted(t.inputs, counted)
        made.counted = counted
        return made

    def __iter__(self):
        self.counted[0] += 1
        return super().__iter__()


def _operation(found: Findings, name: str, mine: Callable, theirs: Callable, *arrays: np.ndarray) -> None:
    for dtype in (np.float64, np.float32):
        with found.part(name):
            given = [np.asarray(a, dtype) for a in arrays]
            y, back = mine(*given)
            g = np.random.default_rng(3).normal(size=np.shape(y)).astype(dtype)
            (want,), grads = gradients(theirs, given, [g])
            tol = 1e-7 if dtype == np.float64 else 1e-4
            found.same(name, y, want, tol)
            found.true(f"{name} dtype", np.asarray(y).dtype == dtype)
            for got, w in zip(back(g), grads, strict=True):
                found.same(f"{name} gradient", got, w, tol)


def arithmetic(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(14)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)) + 3
    for name, f in [("subtract", torch.sub), ("multiply", torch.mul), ("divide", torch.div)]:
        _operation(found, name, getattr(m, name), f, a, b)
    _operation(found, "negative", m.negative, torch.neg, a)
    for p, x in [
        (2, a),
        (3, a),
        (0, a),
        (-1.5, b),
        (1, np.array([0.0, 1])),
        (2, np.array([0.0, -3])),
        (0, np.zeros(2)),
    ]:
        _operation(found, f"power {p}", lambda x, p=p: m.power(x, p), lambda x, p=p: x**p, x)
    for left, right in [((2, 3), (3, 4)), ((3, 3), (3, 3)), ((2, 5, 2, 3), (2, 5, 3, 4))]:
        _operation(found, "matmul", m.matmul, torch.matmul, rng.normal(size=left), rng.normal(size=right))
    return found


def functions(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(15)
    x = rng.normal(size=(3, 3, 3))
    for axis in (None, 0, 1, -1, (0, 2)):
        for keep in (False, True):
            dims = tuple(range(3)) if axis is None else axis
            kw = {"axis": axis, "keepdims": keep}
            for name, f in [("sum", torch.sum), ("mean", torch.mean), ("max", torch.amax)]:
                mine = getattr(m, f"{name}_along")
                _operation(
                    found,
                    f"{name} {kw}",
                    lambda x, mine=mine, kw=kw: mine(x, **kw),
                    lambda x, f=f, dims=dims, keep=keep: f(x, dim=dims, keepdim=keep),
                    x,
                )
    with found.part("ties"):
        _, back = m.max_along(np.array([[1.0, 1.0], [0.0, 2.0]]), 1)
        (g,) = back(np.array([10.0, 20.0]))
        found.same("shares of a tie", np.sum(g, 1), np.array([10.0, 20.0]))
    _operation(found, "reshape", lambda x: m.reshape(x, (9, -1)), lambda x: x.reshape(9, -1), x)
    for axes in [(2, 0, 1), (1, 2, 0), (0, 2, 1)]:
        _operation(found, "transpose", lambda x, a=axes: m.transpose(x, a), lambda x, a=axes: x.permute(a), x)
    for index in [1, slice(None, None, 2), (np.array([2, 0, 2]), np.array([1, 1, 1])), (Ellipsis, 0)]:
        t = (
            tuple(torch.tensor(i) if isinstance(i, np.ndarray) else i for i in index)
            if isinstance(index, tuple)
            else index
        )
        _operation(found, "index", lambda x, i=index: m.pick(x, i), lambda x, i=t: x[i], x)
    _operation(found, "index", lambda x: m.pick(x, x > 0.3), lambda x: x[x > 0.3], x)
    extreme = np.array([-1000.0, 0, 1000, 3, -3])
    for name, f, at in [
        ("exp", torch.exp, x),
        ("log", torch.log, x**2 + 0.01),
        ("tanh", torch.tanh, extreme),
        ("sigmoid", torch.sigmoid, extreme),
        ("relu", torch.relu, extreme),
    ]:
        _operation(found, name, getattr(m, name), f, at)
    for axis in (0, -1):
        for scale in (1, 1000):
            _operation(
                found,
                "log_softmax",
                lambda x, a=axis: m.log_softmax(x, a),
                lambda x, a=axis: x.log_softmax(a),
                scale * x,
            )
    return found


def nn(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(16)
    with found.part("parameters"):
        shared, constant = m.Tensor([1.0], True), m.Tensor([2.0])
        box, inner = m.Module(), m.Module()
        inner.w, inner.same = m.Tensor([3.0], True), shared
        box.a, box.rest, box.c, box.deep = shared, [inner, shared], constant, [([m.Tensor([4.0], True)],)]
        got = box.parameters()
        found.true("parameters", len(got) == 3 and {float(p.data[0]) for p in got} == {1.0, 3.0, 4.0})
        for p in got:
            p.grad = np.ones(1)
        box.zero_grad()
        found.true("zero_grad", all(p.grad is None or not np.any(p.grad) for p in got))
    with found.part("mlp"):
        net, twin = (m.MLP([4, 5, 6, 3], rng=np.random.default_rng(1)) for _ in range(2))
        P = net.parameters()
        found.true("six parameters", len(P) == 6 and all(p.requires_grad for p in P))
        found.true("rng", all(np.array_equal(a.data, b.data) for a, b in zip(P, twin.parameters(), strict=True)))
        for p in P:
            p.data = p.data + rng.normal(size=p.shape) * 0.1
        x, t = rng.normal(size=(7, 4)), rng.integers(0, 3, 7)
        by_shape = {p.shape: p for p in P}
        names = [(5, 4), (5,), (6, 5), (6,), (3, 6), (3,)]

        def run(x, *p):
            for i in (0, 2, 4):
                x = F.linear(x, p[i], p[i + 1])
                x = F.relu(x) if i < 4 else x
            return F.cross_entropy(x, torch.tensor(t))

        (want,), grads = gradients(run, [x, *(by_shape[n].data for n in names)], [np.ones(())])
        inputs = m.Tensor(x, True)
        logits = net(inputs)
        loss = m.cross_entropy(logits, t)
        loss.backward()
        found.same("loss", loss.data, want)
        found.same("dx", inputs.grad, grads[0])
        for n, g in zip(names, grads[1:], strict=True):
            found.same(f"gradient of {n}", by_shape[n].grad, g)
        far = m.cross_entropy(m.Tensor([[2000.0, 0.0]], True), np.array([1]))
        found.same("far", far.data, 2000.0)
    with found.part("init"):
        W = m.Linear(200, 300, rng=np.random.default_rng(1)).W.data
        found.true("He", abs(W.std() / 0.1 - 1) < 0.03)
    found.refuses("features", lambda: m.Linear(3, 2)(m.Tensor(np.ones((2, 4)))))
    found.refuses("class", lambda: m.cross_entropy(m.Tensor(np.ones((1, 2))), np.array([-1])))
    return found
