# exercise = "m5_autograd/arithmetic.py"
# right = true
# note = "named closures, a - b as a + (-b), division by reciprocal, einsum-free matmul with moveaxis"
import numpy as np


def negative(x):
    def grads(up):
        return (np.negative(up),)

    return np.negative(x), grads


def subtract(a, b):
    def grads(up):
        return up, -1 * up

    return a + (-b), grads


def multiply(b, a):
    return b * a, lambda up: [np.multiply(up, a), np.multiply(up, b)]


def divide(a, b):
    inverse = np.reciprocal(b)
    return a / b, lambda up: (up * inverse, -(up * a) * inverse * inverse)


def power(x, exponent):
    def grads(up):
        if exponent == 0:
            return (np.zeros_like(x) * 0,)
        return (up * (exponent * np.power(x, exponent - 1)),)

    return np.power(x, exponent), grads


def matmul(a, b):
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"expected (..., N, K) @ (..., K, M), got {a.shape} @ {b.shape}")

    def grads(up):
        return np.matmul(up, np.moveaxis(b, -1, -2)), np.matmul(np.moveaxis(a, -1, -2), up)

    return np.matmul(a, b), grads
