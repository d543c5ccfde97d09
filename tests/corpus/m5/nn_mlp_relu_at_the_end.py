# exercise = "m5_autograd/nn.py"
# mistake = "a ReLU after the last layer too: logits are never negative"
# caught_by = ["m5.mlp.forward"]
# names = "last|ReLU|relu|negative"
# methods = true
class MLP:
    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x
