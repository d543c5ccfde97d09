# exercise = "m0_mlp/mlp.py"
# mistake = "the gradient reaches fc1 without passing the ReLU's backward"
# caught_by = ["m0.mlp.train_step"]
# names = "relu|ReLU|activation"
# methods = true
class TwoLayerMLP:
    def train_step(self, x, y, lr=0.01):
        logits = self.forward(x)
        loss = self.loss.forward(logits, y)
        self.fc1.backward(self.fc2.backward(self.loss.backward()))
        self.fc1.W = self.fc1.W - lr * self.fc1.dL_dW
        self.fc1.b = self.fc1.b - lr * self.fc1.dL_db
        self.fc2.W = self.fc2.W - lr * self.fc2.dL_dW
        self.fc2.b = self.fc2.b - lr * self.fc2.dL_db
        return loss
