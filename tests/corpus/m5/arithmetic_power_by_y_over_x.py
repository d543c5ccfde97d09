# exercise = "m5_autograd/arithmetic.py"
# mistake = "the derivative p y / x is 0 / 0 at x = 0"
# caught_by = ["m5.tensor.pow"]
# names = "zero|\\b0\\b|nan|x = 0|divid"
def power(x, exponent):
    y = x**exponent
    return y, lambda g: (g * exponent * y / x,)
