"""The functions that the oracles of m4 ask are what torch.optim's classes compute."""

import numpy as np
import pytest
import torch
from dlf_reference.oracles import m4

OPTIONS = [
    ("SGD", torch.optim.SGD, {"lr": 0.1}),
    ("SGD", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("RMSProp", torch.optim.RMSprop, {"lr": 0.1}),
    ("RMSProp", torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.8, "eps": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    ("Adam", torch.optim.Adam, {"lr": 0.1}),
    ("Adam", torch.optim.Adam, {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.1, "weight_decay": 0.1}),
    ("AdamW", torch.optim.AdamW, {"lr": 0.1}),
    ("AdamW", torch.optim.AdamW, {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.1, "weight_decay": 0.1}),
]


@pytest.mark.parametrize(("name", "kind", "options"), OPTIONS)
def test_a_trajectory_is_that_of_the_class(name, kind, options):
    rng = np.random.default_rng(0)
    start = rng.standard_normal((3, 2))
    grads = [[rng.standard_normal((3, 2))] for _ in range(5)]
    asked = {"optimiser": name, "grads": grads, "lrs": [options["lr"]] * 5}
    found = m4.trajectory(options, asked, (start,), None)["steps"]
    w = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimiser = kind([w], **options)
    for (g,), (mine,) in zip(grads, found, strict=True):
        w.grad = torch.from_numpy(g)
        optimiser.step()
        np.testing.assert_allclose(mine, w.detach().numpy(), rtol=1e-12)


def test_gradients_of_a_loss_are_taken_where_the_parameters_are():
    start, curvature = np.array([2.0, -1.0]), np.array([1.0, 3.0])
    asked = {"optimiser": "SGD", "loss": "quadratic", "data": [curvature], "lrs": [0.5, 0.5]}
    found = m4.trajectory({"lr": 0.5}, asked, (start,), None)
    np.testing.assert_array_equal(found["grads"][0][0], [2.0, -3.0])
    np.testing.assert_array_equal(found["grads"][1][0], [1.0, 1.5])


def test_schedules_begin_at_step_zero():
    found = m4.schedule({"base_lr": 8, "warmup_steps": 4}, {"function": "linear_warmup"}, (np.arange(6),), None)
    np.testing.assert_allclose(found["lrs"], [2, 4, 6, 8, 8, 8])
