# exercise = "m5_autograd/tensor.py"
# mistake = "unbroadcast sums the leading axes and forgets axes of size 1"
# caught_by = ["m5.engine.broadcast"]
# names = "size 1|axis of size|\\(2, 1\\)|axes of size|keepdims|broadcast|shape"
def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient
