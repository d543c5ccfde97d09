# exercise = "m5_autograd/arithmetic.py"
# mistake = "db = gᵀ a, the transpose of aᵀ g; square matrices hide the shape"
# caught_by = ["m5.tensor.matmul"]
# names = "transpos|order|a\\.T|aᵀ|shape"
def matmul(a, b):
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"{a.shape} @ {b.shape}")

    def back(g):
        return g @ b.swapaxes(-1, -2), g.swapaxes(-1, -2) @ a

    return a @ b, back
