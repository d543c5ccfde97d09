# exercise = "m4_optimisers/adam.py"
# mistake = "AdamW's weight_decay defaults to 0"
# caught_by = ["m4.adamw.step", "m4.adamw.course"]
# names = "default|0\\.01|1e-2|weight_decay"
# methods = true
class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, betas, eps, weight_decay)
