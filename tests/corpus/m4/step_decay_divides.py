# exercise = "m4_optimisers/schedules.py"
# mistake = "divides by gamma: the rate grows"
# caught_by = ["m4.schedules.step_decay"]
# names = "divid|grow|rise|multipl|1 / gamma"
def step_decay(step, *, base_lr, step_size, gamma=0.1):
    if step < 0 or step_size < 1:
        raise ValueError(f"step {step}, step_size {step_size}")
    return base_lr / gamma ** (step // step_size)
