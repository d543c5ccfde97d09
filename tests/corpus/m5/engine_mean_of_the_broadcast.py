# exercise = "m5_autograd/tensor.py"
# mistake = "the gradient of a broadcast input is averaged instead of summed"
# caught_by = ["m5.engine.broadcast", "m5.tensor.mul", "m5.tensor.sub"]
# names = "sum|mean|averag"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1 and gradient.shape[extra + i] != 1)
    if axes:
        gradient = gradient.mean(axis=axes, keepdims=True)
    return gradient.reshape(shape)
