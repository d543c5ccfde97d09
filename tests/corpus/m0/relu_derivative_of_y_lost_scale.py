# exercise = "m0_mlp/layers.py"
# mistake = "backward returns the mask alone, without the upstream gradient"
# caught_by = ["m0.relu.backward", "m0.relu.gradient"]
# names = "upstream|dL_dy|chain rule|multipl"
class ReLU:
    def forward(self, x):
        self.active = x > 0
        return x * self.active

    def backward(self, dL_dy):
        return self.active.astype(dL_dy.dtype)
