# exercise = "m5_autograd/functions.py"
# mistake = "in a tie every maximum gets the whole gradient"
# caught_by = ["m5.tensor.max"]
# names = "tie|share|several|equal|both|more than one|add up"
def max_along(x, axis=None, keepdims=False):
    y = x.max(axis=axis, keepdims=keepdims)
    hit = x == spread(y, x.shape, axis, keepdims)
    return y, lambda g: (spread(g, x.shape, axis, keepdims) * hit,)
