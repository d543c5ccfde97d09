# exercise = "m0_mlp/mlp.py"
# mistake = "the accuracy is given in percent"
# caught_by = ["m0.mlp.evaluate"]
# names = "percent|100|0 to 1|\\[0, 1\\]|share"
# methods = true
class TwoLayerMLP:
    def evaluate(self, x, y):
        return 100.0 * float((self.predict(x) == y).sum()) / len(y)
