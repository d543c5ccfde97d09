# exercise = "m5_autograd/functions.py"
# mistake = "the gradient is transposed with the same axes instead of the inverse permutation"
# caught_by = ["m5.tensor.transpose"]
# names = "inverse|argsort|back|permut|same (axes|order)|undo"
def transpose(x, axes):
    return x.transpose(axes), lambda g: (g.transpose(axes),)
