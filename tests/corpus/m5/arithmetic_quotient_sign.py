# exercise = "m5_autograd/arithmetic.py"
# mistake = "d(a/b)/db lacks its minus"
# caught_by = ["m5.tensor.div"]
# names = "sign|minus|negative"
def divide(a, b):
    return a / b, lambda g: (g / b, g * a / b**2)
