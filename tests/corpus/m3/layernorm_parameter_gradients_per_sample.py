# exercise = "m3_attention/layernorm.py"
# mistake = "dL_dgamma and dL_dbeta are summed over the batch axis only"
# caught_by = ["m3.layernorm.backward", "m3.layernorm.gradient"]
# names = "token|all axes|every axis but|axes|axis too many|\\[0\\]"
# misnames = "row for each sample"
# methods = true
class LayerNorm:
    def backward(self, dL_dy):
        x_hat, std, gamma = self.cache
        self.dL_dgamma = (dL_dy * x_hat).sum(axis=0)
        self.dL_dbeta = dL_dy.sum(axis=0)
        d = (dL_dy * gamma).astype(x_hat.dtype)
        return (d - d.mean(-1, keepdims=True) - x_hat * (d * x_hat).mean(-1, keepdims=True)) / std
