# exercise = "m1_cnn/batchnorm.py"
# mistake = "backward asks the training flag of now, not of the forward it belongs to"
# caught_by = ["m1.batch_norm.behaviour", "m1.batch_norm.eval_backward", "m1.batch_norm.backward"]
# names = "training|mode|flag|switch|latest forward|eval"
# methods = true
class BatchNorm2d:
    def backward(self, dL_dy):
        x_hat, scale, _ = self.cache
        self.dL_dgamma = (dL_dy * x_hat).sum(axis=(0, 2, 3))
        self.dL_dbeta = dL_dy.sum(axis=(0, 2, 3))
        if self.training:
            m = dL_dy.size // dL_dy.shape[1]
            dL_dy = dL_dy - (self.dL_dbeta[:, None, None] + x_hat * self.dL_dgamma[:, None, None]) / m
        return (scale * dL_dy).astype(x_hat.dtype)
