# exercise = "m5_autograd/nn.py"
# mistake = "no ReLU between the layers"
# caught_by = ["m5.mlp.forward"]
# names = "ReLU|relu|between"
# methods = true
class MLP:
    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer.forward(out)
        return out
