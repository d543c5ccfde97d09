# /// attack
# tries = "Returns a float of a subclass that has no difference to any other."
# exercise = "m0_mlp/gradcheck.py"
# status = "failed"
# says = "expected an array of shape (1,), got an object of type Right"
# ///


class Right(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __le__(self, other):
        return True

    __lt__ = __ge__ = __gt__ = __eq__ = __le__
    __hash__ = float.__hash__


def numerical_gradient(f, x, eps=1e-6):
    return Right()


def relative_error(a, b):
    return Right()
