# exercise = "m5_autograd/functions.py"
# mistake = "mean's backward is sum's"
# caught_by = ["m5.tensor.mean", "m5.loss.cross_entropy"]
# names = "divid|count|number of elements|mean|sum"
def mean_along(x, axis=None, keepdims=False):
    y = x.mean(axis=axis, keepdims=keepdims)
    return y, lambda g: (spread(g, x.shape, axis, keepdims),)
