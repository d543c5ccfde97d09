from functools import partial

import pytest
import torch
from dlf_reference.training.muon import ROUNDS, Muon, MuonAdamW, orthogonalised


def test_a_matrix_made_orthogonal_keeps_its_singular_vectors_and_evens_its_singular_values():
    torch.manual_seed(0)
    left, _ = torch.linalg.qr(torch.randn(12, 12))
    right, _ = torch.linalg.qr(torch.randn(30, 30))
    lengths = torch.logspace(0, -1, 12)
    matrix = left @ torch.diag(lengths) @ right[:, :12].T  # (12, 30)
    for made in (orthogonalised(matrix), orthogonalised(matrix.T).T):
        along = left.T @ made @ right[:, :12]
        assert (along - torch.diag(along.diag())).abs().max() < 0.05
        assert 0.5 < along.diag().min() <= along.diag().max() < 1.3


def moved(optimiser_of, start, gradients):
    """Where a parameter is after a step along each gradient."""
    parameter = torch.nn.Parameter(start.clone())
    optimiser = optimiser_of([parameter])
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimiser.step()
    return parameter.detach()


def test_what_is_not_a_filter_moves_as_pytorchs_sgd_moves_it():
    torch.manual_seed(0)
    start, gradients = torch.randn(5), torch.randn(4, 5)
    ours = moved(lambda own: Muon(own, 0.1, weight_decay=0.01), start, gradients)
    sgd = partial(torch.optim.SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)
    torch.testing.assert_close(ours, moved(sgd, start, gradients))


def test_filters_learn_a_small_task():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.Flatten())
    model.append(torch.nn.Linear(8 * 16, 2))
    x = torch.randn(64, 1, 6, 6)
    labels = (x[:, 0, :, :3].sum(dim=(1, 2)) > x[:, 0, :, 3:].sum(dim=(1, 2))).long()
    optimiser = Muon(model.parameters(), 0.05, weight_decay=0.0)
    losses = []
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("shape", [(5,), (40, 4)], ids=["vector", "table of vectors"])
def test_what_is_no_matrix_moves_as_pytorchs_adamw_moves_it(shape):
    torch.manual_seed(0)
    start, gradients = torch.randn(shape), torch.randn(4, *shape)
    ours = moved(lambda own: MuonAdamW(own, 0.1, weight_decay=0.01), start, gradients)
    adamw = partial(torch.optim.AdamW, lr=0.1, betas=(0.9, 0.95), weight_decay=0.01)
    torch.testing.assert_close(ours, moved(adamw, start, gradients))


def test_a_matrix_moves_as_far_as_adam_would_move_it_and_as_pytorchs_own_muon_does():
    torch.manual_seed(0)
    start, gradients = torch.randn(24, 16), torch.randn(3, 24, 16)
    ours = moved(lambda own: MuonAdamW(own, 0.1, weight_decay=0.01), start, gradients) - start
    how = {"momentum": 0.95, "nesterov": True, "ns_steps": ROUNDS, "adjust_lr_fn": "match_rms_adamw"}
    expected = moved(partial(torch.optim.Muon, lr=0.1, weight_decay=0.01, **how), start, gradients) - start
    assert 0.1 < float((ours / 3).square().mean().sqrt() / 0.1) < 0.3
    assert float(torch.cosine_similarity(ours.flatten(), expected.flatten(), dim=0)) > 0.99


def test_a_training_with_both_goes_on_where_it_stopped():
    torch.manual_seed(0)
    whole, parts = (torch.nn.Linear(6, 6) for _ in range(2))
    parts.load_state_dict(whole.state_dict())
    gradients = torch.randn(4, 6, 7)
    optimiser = MuonAdamW(whole.parameters(), 0.1, weight_decay=0.0)
    for gradient in gradients:
        _step(whole, optimiser, gradient)
    optimiser = MuonAdamW(parts.parameters(), 0.1, weight_decay=0.0)
    for number, gradient in enumerate(gradients):
        if number == 2:
            kept, optimiser = optimiser.state_dict(), MuonAdamW(parts.parameters(), 0.1, weight_decay=0.0)
            optimiser.load_state_dict(kept)
        _step(parts, optimiser, gradient)
    torch.testing.assert_close(whole.weight, parts.weight)
    torch.testing.assert_close(whole.bias, parts.bias)


def _step(model, optimiser, gradient):
    model.weight.grad, model.bias.grad = gradient[:, :6].clone(), gradient[:, 6].clone()
    optimiser.step()
