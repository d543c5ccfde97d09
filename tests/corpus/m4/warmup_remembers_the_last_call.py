# exercise = "m4_optimisers/schedules.py"
# mistake = "a global counter instead of the argument: right only if steps are asked in order, once"
# caught_by = ["m4.schedules.linear_warmup"]
# names = "order|argument|earlier call|remember|between calls|function of|state|global"
_calls = {"n": 0}


def linear_warmup(step, *, base_lr, warmup_steps):
    if step < 0 or warmup_steps < 1:
        raise ValueError(f"step {step}, warmup_steps {warmup_steps}")
    if step == 0:
        _calls["n"] = 0
    _calls["n"] += 1
    return base_lr * min(1.0, _calls["n"] / warmup_steps)
