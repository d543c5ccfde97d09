# exercise = "m4_optimisers/schedules.py"
# mistake = "multiplies by gamma once after step_size, never again"
# caught_by = ["m4.schedules.step_decay"]
# names = "once|again|every|only the first"
def step_decay(step, *, base_lr, step_size, gamma=0.1):
    if step < 0 or step_size < 1:
        raise ValueError(f"step {step}, step_size {step_size}")
    if step >= step_size:
        return base_lr * gamma
    return base_lr
