# exercise = "m0_mlp/layers.py"
# mistake = "dL_dx = g Wᵀ; goes unnoticed where in = out only"
# caught_by = ["m0.linear.backward", "m0.linear.gradient"]
# names = "transpos|W\\.T|Wᵀ|mat|shape"
# methods = true
class Linear:
    def backward(self, dL_dy):
        x, W = self.cache
        self.dL_dW = dL_dy.T @ x
        if self.b is not None:
            self.dL_db = dL_dy.sum(0)
        return dL_dy @ W.T
