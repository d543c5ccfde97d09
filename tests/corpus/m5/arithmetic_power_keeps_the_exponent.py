# exercise = "m5_autograd/arithmetic.py"
# mistake = "p xᵖ instead of p xᵖ⁻¹"
# caught_by = ["m5.tensor.pow"]
# names = "exponent - 1|exponent − 1|p - 1|p − 1|one less|exponent"
def power(x, exponent):
    y = x**exponent
    return y, lambda g: (g * exponent * y,)
