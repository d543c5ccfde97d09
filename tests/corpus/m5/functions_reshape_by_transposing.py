# exercise = "m5_autograd/functions.py"
# mistake = "the gradient of reshape is laid out in Fortran order"
# caught_by = ["m5.tensor.reshape"]
# names = "order|Fortran|row-major|places|positions"
def reshape(x, shape):
    return x.reshape(shape), lambda g: (g.reshape(x.shape, order="F"),)
