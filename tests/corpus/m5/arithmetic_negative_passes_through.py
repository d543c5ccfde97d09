# exercise = "m5_autograd/arithmetic.py"
# mistake = "the gradient of -x keeps its sign"
# caught_by = ["m5.tensor.neg"]
# names = "sign|minus|negat"
def negative(x):
    return -x, lambda dL_dy: (dL_dy,)
