# exercise = "m4_optimisers/schedules.py"
# mistake = "step / warmup_steps: the first step has a rate of 0"
# caught_by = ["m4.schedules.linear_warmup"]
# names = "step \\+ 1|zero|\\b0\\b|first step|one step"
def linear_warmup(step, *, base_lr, warmup_steps):
    if step < 0 or warmup_steps < 1:
        raise ValueError(f"step {step}, warmup_steps {warmup_steps}")
    return base_lr * min(step / warmup_steps, 1.0)
