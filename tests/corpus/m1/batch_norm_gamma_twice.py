# exercise = "m1_cnn/batchnorm.py"
# mistake = "dL_dx is multiplied by gamma twice"
# caught_by = ["m1.batch_norm.backward", "m1.batch_norm.gradient", "m1.batch_norm.eval_backward"]
# names = "gamma"
# methods = true
class BatchNorm2d:
    def backward(self, dL_dy):
        x_hat, scale, training = self.cache
        ax = (0, 2, 3)
        self.dL_dgamma, self.dL_dbeta = (dL_dy * x_hat).sum(ax), dL_dy.sum(ax)
        d = dL_dy * self.gamma.astype(x_hat.dtype)[:, None, None]
        if training:
            d = d - d.mean(ax, keepdims=True) - x_hat * (d * x_hat).mean(ax, keepdims=True)
        return (scale * d).astype(x_hat.dtype)
