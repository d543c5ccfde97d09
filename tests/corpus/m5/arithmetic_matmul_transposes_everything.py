# exercise = "m5_autograd/arithmetic.py"
# mistake = ".T reverses the batch axes of stacks too"
# caught_by = ["m5.tensor.matmul"]
# names = "\\.T\\b|last two|swapaxes|stack|batch|transpos|axes"
def matmul(a, b):
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"{a.shape} @ {b.shape}")
    return a @ b, lambda g: (g @ b.T, a.T @ g)
