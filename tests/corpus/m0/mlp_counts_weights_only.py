# exercise = "m0_mlp/mlp.py"
# mistake = "num_parameters leaves the biases out"
# caught_by = ["m0.mlp.num_parameters"]
# names = "bias"
# methods = true
class TwoLayerMLP:
    @property
    def num_parameters(self):
        return int(self.fc1.W.size + self.fc2.W.size)
