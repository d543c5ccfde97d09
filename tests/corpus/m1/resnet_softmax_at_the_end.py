# exercise = "m1_cnn/resnet.py"
# mistake = "softmax at the end: the loss gets probabilities"
# caught_by = ["m1.resnet.forward"]
# names = "softmax|probabilit|logits"
# methods = true
class ResNetMini:
    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != 3:
            raise ValueError(f"expected (N, 3, H, W), got {tuple(x.shape)}")
        return self.classifier(self.stages(self.stem(x)).mean((2, 3))).softmax(1)
