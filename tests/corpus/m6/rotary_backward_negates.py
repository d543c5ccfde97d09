# exercise = "m6_language/rotary.py"
# mistake = "backward turns minus the gradient, by the same angle"
# caught_by = ["m6.rotary.backward"]
# names = "same way|other way|turned back|−angles|-angles|minus"
def rotate_backward(dL_dy, angles):
    return -rotate(dL_dy, angles)
