# exercise = "m0_mlp/layers.py"
# mistake = "dL_db has shape (1, out) because of keepdims=True"
# caught_by = ["m0.linear.parameters", "m0.linear.gradient"]
# names = "shape|keepdims|axis"
# methods = true
class Linear:
    def backward(self, dL_dy):
        x, W = self.cache
        self.dL_dW = (x.T @ dL_dy).T
        if self.b is not None:
            self.dL_db = dL_dy.sum(axis=0, keepdims=True)
        return (dL_dy @ W).astype(x.dtype)
