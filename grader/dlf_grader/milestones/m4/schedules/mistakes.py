"""What people get wrong in step decay and warm-up: each mistaken one as a function of the step and the options."""

from __future__ import annotations

from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.milestones.m4.schedules.curves import CURVE, rates
from dlf_grader.milestones.m4.trajectories import Options

# -- step decay -----------------------------------------------------------------------------------


def _decayed(o: Options, times: float) -> float:
    rate: float = o["base_lr"] * o.get("gamma", 0.1) ** times
    return rate


STEP_DECAY = (
    *wrong_defaults({"gamma": 0.1}, CURVE),
    mistake(
        "decays-every-step",
        CURVE,
        rates(lambda s, o: _decayed(o, s)),
        "The rate falls at every step: it must stay for step_size steps, then fall once.",
    ),
    mistake(
        "decays-smoothly",
        CURVE,
        rates(lambda s, o: _decayed(o, s / o["step_size"])),
        "The rate falls a little at every step: divide in whole numbers (//), so that it stays for step_size steps.",
    ),
    mistake(
        "one-step-early",
        CURVE,
        rates(lambda s, o: _decayed(o, (s + 1) // o["step_size"])),
        "The rate falls one step too early: steps count from 0, so the first lower rate is that of step step_size.",
    ),
    mistake(
        "one-step-late",
        CURVE,
        (
            rates(lambda s, o: _decayed(o, max(0, s - 1) // o["step_size"])),
            rates(lambda s, o: _decayed(o, (s - 1) // o["step_size"])),
        ),
        "The rate falls one step too late: steps count from 0, so the first lower rate is that of step step_size.",
    ),
    mistake(
        "decays-once",
        CURVE,
        rates(lambda s, o: _decayed(o, min(1, s // o["step_size"]))),
        "The rate falls only once: it must fall again after every step_size steps.",
    ),
    mistake(
        "gamma-taken-off",
        CURVE,
        rates(lambda s, o: _decayed(o | {"gamma": 1 - o.get("gamma", 0.1)}, s // o["step_size"])),
        "The rate is multiplied by 1 - gamma: multiply it by gamma.",
    ),
    mistake(
        "gamma-not-raised",
        CURVE,
        rates(lambda s, o: o["base_lr"] * (o.get("gamma", 0.1) * (s // o["step_size"]) if s >= o["step_size"] else 1)),
        "gamma is multiplied by the number of falls: raise it to that power.",
    ),
    mistake(
        "gamma-ignored",
        CURVE,
        rates(lambda s, o: o["base_lr"]),
        "The rate never falls: multiply it by gamma after every step_size steps.",
    ),
    mistake(
        "gamma-divides",
        CURVE,
        rates(lambda s, o: _decayed(o, -(s // o["step_size"]))),
        "The rate is divided by gamma, so it rises: multiply it by gamma.",
    ),
    mistake(
        "gamma-subtracted",
        CURVE,
        rates(lambda s, o: o["base_lr"] * (1 - o.get("gamma", 0.1) * (s // o["step_size"]))),
        "The rate falls by the same amount each time: multiply it by gamma, so that it falls by the same factor.",
    ),
    mistake(
        "falls-back-up",
        CURVE,
        rates(lambda s, o: _decayed(o, 1 if s and s % o["step_size"] == 0 else 0)),
        "The rate falls at a multiple of step_size and is base_lr after it: count the multiples so far with //.",
    ),
    mistake(
        "falls-at-once",
        CURVE,
        rates(lambda s, o: _decayed(o, s // o["step_size"] + 1)),
        "The rate has fallen once at step 0 already: step 0 has base_lr.",
    ),
    mistake(
        "rounded",
        CURVE,
        rates(lambda s, o: _decayed(o, round(s / o["step_size"]))),
        "The quotient is rounded to the nearest number: round it down, with //.",
    ),
    mistake(
        "fallen-at-step-one",
        CURVE,
        rates(lambda s, o: _decayed(o, -(-s // o["step_size"]))),
        "The rate has fallen at step 1 already: steps 0 to step_size - 1 have base_lr, so divide with //.",
    ),
    mistake(
        "remainder-for-quotient",
        CURVE,
        rates(lambda s, o: _decayed(o, s % o["step_size"])),
        "The remainder is the exponent: use the quotient, step // step_size.",
    ),
)

# -- warm-up --------------------------------------------------------------------------------------

LINEAR_WARMUP = (
    mistake(
        "starts-at-zero",
        CURVE,
        rates(lambda s, o: o["base_lr"] * min(1, s / o["warmup_steps"])),
        "The first rate is 0: steps count from 0, so step 0 already has the first of warmup_steps parts.",
    ),
    mistake(
        "not-capped",
        CURVE,
        rates(lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"]),
        "The rate keeps rising: after warmup_steps it must stay at base_lr.",
    ),
    mistake(
        "one-part-more",
        CURVE,
        rates(lambda s, o: o["base_lr"] * min(1, (s + 1) / (o["warmup_steps"] + 1))),
        "The rise takes one step too many: with warmup_steps = 1 the first rate is already base_lr.",
    ),
    mistake(
        "falls-back",
        CURVE,
        rates(lambda s, o: o["base_lr"] * (s + 1) / o["warmup_steps"] if s < o["warmup_steps"] else 0.0),
        "The rate falls to 0 after the warm-up: it must stay at base_lr.",
    ),
    mistake(
        "never-warmed",
        CURVE,
        rates(lambda s, o: o["base_lr"]),
        "The rate is base_lr from the start: it must rise in warmup_steps equal parts.",
    ),
    mistake(
        "floor-division",
        CURVE,
        rates(lambda s, o: o["base_lr"] * min(1, (s + 1) // o["warmup_steps"])),
        "// rounds down to 0 during the whole warm-up: divide with /.",
    ),
    mistake(
        "larger-for-smaller",
        CURVE,
        rates(lambda s, o: o["base_lr"] * max(1, (s + 1) / o["warmup_steps"])),
        "The larger of 1 and the share is taken: take the smaller, with min.",
    ),
    mistake(
        "one-part-less",
        CURVE,
        rates(lambda s, o: o["base_lr"] * min(1, (s + 1) / max(1, o["warmup_steps"] - 1))),
        "The rise ends one step too early: step 0 has 1 / warmup_steps of base_lr.",
    ),
    mistake(
        "one-step-ahead",
        CURVE,
        rates(lambda s, o: o["base_lr"] * min(1, (s + 2) / o["warmup_steps"])),
        "The curve is one step ahead: step 0 has the first of warmup_steps parts.",
    ),
    mistake(
        "from-zero-to-the-last",
        CURVE,
        rates(
            lambda s, o: o["base_lr"] * min(1, s / (o["warmup_steps"] - 1)) if o["warmup_steps"] > 1 else o["base_lr"]
        ),
        "The first rate is 0, and the parts are too few: the share at step 0 is 1 / warmup_steps.",
    ),
    mistake(
        "falling",
        CURVE,
        rates(lambda s, o: o["base_lr"] * max(0, 1 - (s + 1) / o["warmup_steps"])),
        "The rate falls: it must rise from 1 / warmup_steps of base_lr to all of it.",
    ),
    mistake(
        "base-ignored",
        CURVE,
        rates(lambda s, o: min(1, (s + 1) / o["warmup_steps"])),
        "base_lr is ignored: multiply the share by it.",
    ),
)
