# exercise = "m5_autograd/arithmetic.py"
# mistake = "the second operand's gradient lacks its minus"
# caught_by = ["m5.tensor.sub"]
# names = "sign|minus|second|-dL_dy|negative"
def subtract(a, b):
    return a - b, lambda up: (up, up)
