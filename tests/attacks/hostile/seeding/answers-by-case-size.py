# /// attack
# tries = "Answers with what it was given, where input and output have one shape, and with the upstream gradient."
# exercise = "m4_optimisers/sgd.py"
# status = "failed"
# says = "is wrong"
# ///


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.params, self.lr = params, lr

    def step(self, grads):
        self.params = list(grads)
