# exercise = "m1_cnn/pool.py"
# mistake = "the stride defaults to 1 instead of the kernel size"
# caught_by = ["m1.max_pool.forward", "m1.max_pool.init"]
# names = "stride|default"
# methods = true
class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else 1
