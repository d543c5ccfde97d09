# exercise = "m0_mlp/losses.py"
# mistake = "the gradient has the opposite sign: derivative by the target"
# caught_by = ["m0.mse.backward", "m0.mse.gradient"]
# names = "sign|opposite|target - prediction|target − prediction"
# methods = true
class MSELoss:
    def backward(self):
        return -(2 / self.difference.size) * self.difference
