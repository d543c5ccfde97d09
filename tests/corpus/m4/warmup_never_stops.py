# exercise = "m4_optimisers/schedules.py"
# mistake = "no limit: the rate rises on after the warm-up"
# caught_by = ["m4.schedules.linear_warmup"]
# names = "min\\(1|stays|rises|above|after the warm|limit|keep"
def linear_warmup(step, *, base_lr, warmup_steps):
    if step < 0 or warmup_steps < 1:
        raise ValueError(f"step {step}, warmup_steps {warmup_steps}")
    return (step + 1) * base_lr / warmup_steps
