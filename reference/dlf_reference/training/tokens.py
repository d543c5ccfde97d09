"""Recipes for models that read token ids. They run beside the model, and see no test label."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.training.common import Array, Pace, Progress, batches, chosen_device


def token_classifier(
    model: Any,
    x_train: Array,
    y_train: Array,
    x_test: Array,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    seed: int,
    weight_decay: float = 0.01,
    device: str = "auto",
    threads: int = 1,
) -> Progress:
    """Train a PyTorch classifier of token ids with AdamW and one cycle of the learning rate.

    Args:
        model: torch.nn.Module, (N, T) int64 → logits.
        x_train, x_test: token ids, (N, T) int64, padded.
        y_train: class numbers (N,).
        lr: the highest learning rate of the cycle.
        device: "auto" takes a GPU where there is one.
        threads: processor threads; on a small machine one is often fastest.

    Returns:
        "test": predictions, (N,); "losses": mean training loss of each epoch; "seconds".
    """
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(threads)
    where = chosen_device(device)
    model.to(where)
    texts, labels = torch.from_numpy(x_train).to(where), torch.from_numpy(y_train).to(where)
    test = torch.from_numpy(x_test).to(where)
    steps = -(-len(texts) // batch_size)
    optimiser = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, lr, total_steps=epochs * steps)
    rng, pace, losses, step = np.random.default_rng(seed), Pace(epochs * steps), [], 0
    for epoch in range(1, epochs + 1):
        model.train()
        running = torch.zeros((), device=where)
        for rows in batches(len(texts), batch_size, rng):
            chosen = torch.from_numpy(rows).to(where)
            loss = cross_entropy(model(texts[chosen]), labels[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimiser.step()
            schedule.step()
            running += loss.detach()
            step += 1
            if pace.due():
                yield pace.report(step, epoch, float(loss.detach()))
        losses.append(float(running) / steps)
        yield pace.report(step, epoch, losses[-1]) | {"test": predict(model, test)}
    return {"test": predict(model, test), "losses": losses, "seconds": pace.seconds()}


def predict(model: Any, texts: Any, batch_size: int = 500) -> Array:
    """The most likely class of each text, (N,) int64, in evaluation mode."""
    import torch

    model.eval()
    with torch.no_grad():
        classes: Array = torch.cat([model(part) for part in texts.split(batch_size)]).argmax(dim=1).cpu().numpy()
    return classes
