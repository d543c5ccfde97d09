# exercise = "m0_mlp/layers.py"
# mistake = "the mask is taken from the upstream gradient, not from x"
# caught_by = ["m0.relu.backward", "m0.relu.gradient"]
# names = "upstream|dL_dy|sign of"
class ReLU:
    def forward(self, x):
        self.dtype = x.dtype
        return x * (x > 0)

    def backward(self, dL_dy):
        dL_dx = dL_dy.copy()
        dL_dx[dL_dy <= 0] = 0
        return dL_dx.astype(self.dtype)
