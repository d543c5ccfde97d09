# exercise = "m0_mlp/mlp.py"
# mistake = "fc2 is updated before the gradient goes through it, so fc1's gradient uses the new weights"
# caught_by = ["m0.mlp.train_step"]
# names = "before|order|new weights|already updated|after"
import numpy as np

from m0_mlp.layers import Linear, ReLU
from m0_mlp.losses import CrossEntropyLoss


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        self.fc1 = Linear(input_size, hidden_size, rng=rng)
        self.fc2 = Linear(hidden_size, num_classes, rng=rng)
        self.relu = ReLU()
        self.loss = CrossEntropyLoss()

    @property
    def num_parameters(self):
        return self.fc1.W.size + self.fc1.b.size + self.fc2.W.size + self.fc2.b.size

    def forward(self, x):
        h = self.fc1.forward(x)
        h = self.relu.forward(h)
        return self.fc2.forward(h)

    def train_step(self, x, y, lr=0.01):
        value = self.loss.forward(self.forward(x), y)
        upstream = self.loss.backward()
        hidden = self.relu.forward(self.fc1.forward(x))
        self.fc2.W = self.fc2.W - lr * (upstream.T @ hidden)
        self.fc2.b = self.fc2.b - lr * upstream.sum(axis=0)
        self.fc1.backward(self.relu.backward(upstream @ self.fc2.W))
        self.fc1.W = self.fc1.W - lr * self.fc1.dL_dW
        self.fc1.b = self.fc1.b - lr * self.fc1.dL_db
        return value

    def predict(self, x):
        return np.argmax(self.forward(x), axis=1).astype(np.int64)

    def evaluate(self, x, y):
        return float((self.predict(x) == y).mean())
