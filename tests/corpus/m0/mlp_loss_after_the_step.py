# exercise = "m0_mlp/mlp.py"
# mistake = "train_step returns the loss of the updated parameters"
# caught_by = ["m0.mlp.train_step"]
# names = "after|before"
# methods = true
class TwoLayerMLP:
    def train_step(self, x, y, lr=0.01):
        self.loss.forward(self.forward(x), y)
        grad = self.fc2.backward(self.loss.backward())
        self.fc1.backward(self.relu.backward(grad))
        for fc in [self.fc1, self.fc2]:
            fc.W = fc.W - lr * fc.dL_dW
            fc.b = fc.b - lr * fc.dL_db
        return self.loss.forward(self.forward(x), y)
