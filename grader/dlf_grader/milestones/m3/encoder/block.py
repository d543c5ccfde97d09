"""TransformerEncoderBlock as subjects, norm last and norm first: its cases, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlf_grader.instruments.case import Case, RngFor, counted, label, small_whole
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m3.encoder import BLOCK_GRADIENTS, feed_forward
from dlf_grader.milestones.m3.encoder.block_mistakes import MISTAKES
from dlf_grader.milestones.m3.multihead import subject as multihead

PARAMETERS = tuple(name.replace("dL_d", "") for name in BLOCK_GRADIENTS)  # "attention.W_q"
# N, T, E, heads, F, mask
SIZES = (
    (1, 1, 3, 1, 2, ""),
    (1, 2, 3, 1, 2, ""),
    (2, 3, 4, 2, 5, ""),
    (1, 3, 4, 2, 3, "causal"),
    (2, 4, 6, 3, 8, "keys"),
)


def _cases(norm_first: bool) -> Callable[[RngFor], Iterator[Case]]:
    """One token, then tokens, samples, heads, masks."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        for number, (n, t, e, h, f, kind) in enumerate(SIZES, start=1):
            rng = rng_for(number + 100 * norm_first)
            drawn = {f"attention.{name}": P for name, P in multihead.draw_parameters(rng, e, by_hand=False).items()}
            for norm in ("norm1", "norm2"):
                drawn |= {f"{norm}.gamma": rng.uniform(0.5, 2, e), f"{norm}.beta": rng.standard_normal(e)}
            drawn |= {f"feed_forward.{name}": P for name, P in feed_forward.draw_parameters(rng, e, f).items()}
            mask = multihead.masks(kind, rng, n, h, t)
            yield Case(
                label=label(
                    f"N={n} T={t} E={e}",
                    counted(h, "head"),
                    f"F={f}",
                    f"norm_first={norm_first}",
                    "mask" if kind else "",
                ),
                inputs=(rng.standard_normal((n, t, e)), *mask),
                init={"d_model": e, "num_heads": h, "d_ff": f, "norm_first": norm_first},
                attributes={name: drawn[name] for name in PARAMETERS},
                upstream=small_whole(rng, n, t, e),
                traits=multihead.traits_of(n, t, h, kind),
            )

    return cases


def _block(norm_first: bool) -> Layer:
    return Layer(
        name="TransformerEncoderBlock",
        oracle="dlf_reference.oracles.m3:encoder_block",
        cases=_cases(norm_first),
        parameters=PARAMETERS,
        others=("mask",),
        mistakes=MISTAKES,
    )


NORM_LAST, NORM_FIRST = _block(norm_first=False), _block(norm_first=True)
