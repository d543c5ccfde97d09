# exercise = "m0_mlp/mlp.py"
# right = true
# note = "loops over a list of layers; updates in place; counts in a plain attribute"
import numpy as np

from m0_mlp.layers import Linear, ReLU
from m0_mlp.losses import CrossEntropyLoss


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.fc1, self.relu, self.fc2 = Linear(input_size, hidden_size, rng=rng), ReLU(), None
        self.fc2 = Linear(hidden_size, num_classes, rng=rng)
        self.loss = CrossEntropyLoss()
        self.chain = [self.fc1, self.relu, self.fc2]
        self.num_parameters = sum(p.size for layer in (self.fc1, self.fc2) for p in (layer.W, layer.b))

    def forward(self, x):
        for layer in self.chain:
            x = layer.forward(x)
        return x

    def train_step(self, x, y, lr=0.01):
        value = self.loss.forward(self.forward(x), y)
        grad = self.loss.backward()
        for layer in self.chain[::-1]:
            grad = layer.backward(grad)
        for layer in self.chain[::2]:
            layer.W -= lr * layer.dL_dW
            layer.b -= lr * layer.dL_db
        return value

    def predict(self, x):
        rows = [np.argmax(self.forward(x[i : i + 50]), axis=1) for i in range(0, len(x), 50)]
        return np.concatenate(rows).astype(np.int64) if rows else np.zeros(0, np.int64)

    def evaluate(self, x, y):
        return np.count_nonzero(self.predict(x) == y) / len(y)
