# exercise = "m0_mlp/mlp.py"
# mistake = "the update has a plus: it climbs the loss"
# caught_by = ["m0.mlp.train_step"]
# names = "sign|subtract|uphill|wrong direction|\\+"
# methods = true
class TwoLayerMLP:
    def train_step(self, x, y, lr=0.01):
        loss = self.loss.forward(self.forward(x), y)
        self.fc1.backward(self.relu.backward(self.fc2.backward(self.loss.backward())))
        for layer in (self.fc1, self.fc2):
            layer.W = layer.W + lr * layer.dL_dW
            layer.b = layer.b + lr * layer.dL_db
        return loss
