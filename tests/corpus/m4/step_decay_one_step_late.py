# exercise = "m4_optimisers/schedules.py"
# mistake = "(step - 1) // step_size: every drop comes a step late, and step 0 is raised"
# caught_by = ["m4.schedules.step_decay"]
# names = "late|one step|step 0|shift|step - 1|step − 1"
def step_decay(step, *, base_lr, step_size, gamma=0.1):
    if step < 0 or step_size < 1:
        raise ValueError(f"step {step}, step_size {step_size}")
    drops = (step - 1) // step_size
    return base_lr * gamma**drops
