# exercise = "m1_cnn/batchnorm.py"
# mistake = "the path through the mean is missing in backward"
# caught_by = ["m1.batch_norm.backward", "m1.batch_norm.gradient"]
# names = "mean"
# misnames = "path through the variance is missing|variance are? missing"
# methods = true
class BatchNorm2d:
    def backward(self, dL_dy):
        x_hat, scale, training = self.cache
        axes = (0, 2, 3)
        self.dL_dgamma = (dL_dy * x_hat).sum(axis=axes)
        self.dL_dbeta = dL_dy.sum(axis=axes)
        if training:
            dL_dy = dL_dy - x_hat * (dL_dy * x_hat).mean(axis=axes, keepdims=True)
        return (scale * dL_dy).astype(x_hat.dtype)
