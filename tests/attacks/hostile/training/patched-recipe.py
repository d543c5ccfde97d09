# /// attack
# tries = "Replaces our recipe, and what loads and counts beside it, by one that reports success."
# exercise = "m1_cnn/lenet.py"
# status = "failed"
# checks = ["m1.lenet.init", "m1.lenet.forward", "m1.digits"]
# says = "expected a torch.nn.Module, got LeNet"
# train = true
# [files]
# "dlf_reference/__init__.py" = ""
# "dlf_reference/training/__init__.py" = ""
# "dlf_reference/training/images.py" = "def classifier(*a, **k):\n    return {'test': 1.0, 'losses': [0.0], 'seconds': 0.0, 'accuracy': 1.0}\n"
# "dlf_reference/training/probes.py" = "def gradient_sizes(*a, **k):\n    return {'w': 1.0}\ndef size(*a):\n    return {'w': 1}\n"
# ///

class LeNet:
    def __init__(self, num_classes=10):
        self.num_classes = num_classes

    def forward(self, x):
        raise ValueError
