# exercise = "m5_autograd/arithmetic.py"
# mistake = "d(a/b)/db = -a/b"
# caught_by = ["m5.tensor.div"]
# names = "b²|b \\*\\* ?2|b\\*\\*2|square|denominator|divid"
def divide(a, b):
    def back(g):
        return g / b, -g * a / b

    return a / b, back
