# exercise = "m0_mlp/layers.py"
# mistake = "x[x < 0] = 0 writes into the caller's array"
# caught_by = ["m0.relu.behaviour"]
# names = "in place|modif|caller|copy"
class ReLU:
    def forward(self, x):
        self.mask = x > 0
        x[x < 0] = 0
        return x

    def backward(self, dout):
        return dout * self.mask
