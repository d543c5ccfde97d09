"""Exceptions about what an array is not: one truth value, one number, a list, a PyTorch tensor."""

from __future__ import annotations

import ast
import re

from dlf_grader.instruments.exceptions.raised import Raised

RENAMED = {
    "product": "prod",
    "cumproduct": "cumprod",
    "trapz": "trapezoid",
    "in1d": "isin",
}  # NumPy 2 says no more of them
OF_TORCH = {
    "unsqueeze": "x[:, None], or np.expand_dims(x, axis)",
    "permute": "x.transpose(…)",
    "clone": "x.copy()",
    "exp": "np.exp(x)",
    "log": "np.log(x)",
    "sqrt": "np.sqrt(x)",
    "tanh": "np.tanh(x)",
    "abs": "np.abs(x)",
    "relu": "np.maximum(x, 0)",
    "softmax": "a softmax of your own",
    "sigmoid": "a sigmoid of your own",
    "pow": "x**n",
    "matmul": "x @ y",
    "mm": "x @ y",
    "numel": "x.size",
    "dim": "x.ndim",
    "float": "x.astype(np.float64)",
    "maximum": "np.maximum(x, y)",
    "clamp": "np.clip(x, low, high)",
    "norm": "np.linalg.norm(x)",
    "t": "x.T",
    "detach": "x itself",
}
OF_GENERATOR = {"randn": "standard_normal(shape)", "rand": "random(shape)", "randint": "integers(low, high, shape)"}


def truth_value(raised: Raised) -> str:
    """`if x > 0`, `a and b`, `max(0, x)` of arrays."""
    if "truth value of an array" not in raised.text and "Boolean value of Tensor" not in raised.text:
        return ""
    torch = "Tensor" in raised.text
    if any(raised.calls("max", "min")) and not torch:
        return "Python's max and min compare two single values. np.maximum and np.minimum work element by element."
    if any(isinstance(node, ast.BoolOp) for node in raised.expressions):
        return "and and or need one truth value each. & and | work element by element: (a > 0) & (a < 1)."
    if torch:
        return ""
    return "An if needs one truth value, an array holds many. np.where(condition, a, b) chooses element by element."


def exclusive_or(raised: Raised) -> str:
    """`x ^ 2`."""
    fits = "bitwise_xor" in raised.text or "for ^:" in raised.text
    return "^ is exclusive or in Python. The power is **." if fits else ""


def one_number(raised: Raised) -> str:
    """`math.exp(x)`, `float(x)` of an array."""
    if "can be converted to Python scalars" not in raised.text:
        return ""
    for node in raised.expressions:
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).startswith("math."):
            return f"{name} takes one number. {name.replace('math.', 'np.')} works on arrays."
    for node in raised.calls("float", "int"):
        return f"{ast.unparse(node.func)}() takes one number; its argument is an array with several."
    return ""


def cast_in_place(raised: Raised) -> str:
    """`counts += 0.5` of an integer array."""
    found = re.search(r"Cannot cast ufunc '\w+' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)", raised.text)
    return f"The array is {found[2]} and cannot take {found[1]} in place: make it a float array first." if found else ""


def read_only(raised: Raised) -> str:
    """Writing to a broadcast array or a window."""
    fits = "destination is read-only" in raised.text
    return "This array is a view that cannot be written to: work on a copy." if fits else ""


def shape_as_tuple(raised: Raised) -> str:
    """`np.zeros(3, 4)`."""
    if "as a data type" not in raised.text:
        return ""
    for node in raised.calls("zeros", "ones", "empty", "standard_normal", "random"):
        name, sizes = ast.unparse(node.func), ", ".join(map(ast.unparse, node.args))
        return f"{name} takes the shape as one tuple: {name}(({sizes}))."
    return ""


def list_of_arrays(raised: Raised) -> str:
    """`np.concatenate(a, b)`, `np.max(0, x)`."""
    twice = "got multiple values for argument 'axis'" in raised.text
    if twice or "only integer scalar arrays can be converted to a scalar index" in raised.text:
        for node in raised.calls("np.concatenate", "np.stack", "np.vstack", "np.hstack"):
            return f"{ast.unparse(node.func)} takes its arrays in one list: {ast.unparse(node.func)}([a, b])."
    if not twice and "only integer" in raised.text:
        for node in raised.calls("np.max", "np.min", "np.amax", "np.amin"):
            name = ast.unparse(node.func)
            return f"The second argument of {name} is an axis. {name[:6]}imum compares two arrays element by element."
    if "must be tuple of Tensors, not Tensor" in raised.text:
        return "torch.cat and torch.stack take their tensors in one list: torch.cat([a, b])."
    return ""


def counted(raised: Raised) -> str:
    """`for i in n`."""
    if "'int' object is not iterable" not in raised.text or raised.source is None:
        return ""
    for node in ast.walk(raised.source):
        if isinstance(node, ast.For) and node.iter.lineno == raised.line and _is_a_number(node.iter):
            return f"A number cannot be looped over: range({ast.unparse(node.iter)}) counts from 0."
    return ""


def _is_a_number(node: ast.expr) -> bool:
    """Whether an expression may be the int itself that was not iterable, and no call that was given one."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or ast.unparse(node).startswith("len(")


def whole_size(raised: Raised) -> str:
    """A size or an index that is a float."""
    texts = ("'float' object cannot be interpreted as an integer", "slice indices must be integers")
    if not any(text in raised.text for text in texts):
        return ""
    if any(raised.operations(ast.Div)):
        return "/ gives a float. // gives the integer that a size or an index must be."
    sizes = [node.slice for node in raised.expressions if isinstance(node, ast.Subscript)]
    sizes += [each for call in raised.calls("zeros", "ones", "empty", "reshape", "range") for each in call.args]
    names = dict.fromkeys(ast.unparse(each) for size in sizes for each in ast.walk(size) if isinstance(each, ast.expr))
    floats = [name for name in names if re.fullmatch(r"-?\d+\.\d+", raised.values.get(name, ""))]
    if not floats:
        return ""
    verb = "is a float" if len(floats) == 1 else "are floats"
    return f"{' and '.join(floats)} {verb} here: / gives one, // gives the integer that a size or an index must be."


def not_of_numpy(raised: Raised) -> str:
    """`np.product`, `x.unsqueeze(0)`, `rng.randn(3)`, `keepdim=`."""
    found = re.search(r"module 'numpy' has no attribute '(\w+)'", raised.text)
    if found and found[1] in RENAMED:
        return f"np.{found[1]} is np.{RENAMED[found[1]]} in this version of NumPy."
    found = re.search(r"'numpy.ndarray' object has no attribute '(\w+)'", raised.text)
    if found and found[1] in OF_TORCH:
        return f".{found[1]} belongs to PyTorch's tensors. For an array: {OF_TORCH[found[1]]}."
    found = re.search(r"Generator' object has no attribute '(\w+)'", raised.text)
    if found and found[1] in OF_GENERATOR:
        return f"A Generator has no {found[1]}: rng.{OF_GENERATOR[found[1]]}."
    found = re.search(r"unexpected keyword argument '(keepdim|dim)'", raised.text)
    if found:
        return f"{found[1]} is PyTorch's word. NumPy's is {'keepdims' if found[1] == 'keepdim' else 'axis'}."
    if "unexpected keyword argument 'axes'" in raised.text and any(raised.calls("sum", "mean", "max", "min", "var")):
        return "The word is axis, for one axis or for several: axis=(0, 2)."
    return ""


def of_python(raised: Raised) -> str:
    """`sum(x, axis=0)`, `max(x, axis=1)`: Python's own functions, which know no axes."""
    found = re.search(r"'axis' is an invalid keyword argument for (sum|max|min)\(\)", raised.text)
    found = found or re.search(r"^(sum|max|min)\(\) got an unexpected keyword argument 'axis'", raised.text)  # 3.13
    return f"{found[1]} without np is Python's own, which knows no axes: write np.{found[1]}." if found else ""


def boolean_arithmetic(raised: Raised) -> str:
    """`-(x > 0)`, `(x > 0) - (x < 0)`."""
    fits = "numpy boolean subtract" in raised.text or "numpy boolean negative" in raised.text
    return "Comparisons give booleans, which have no minus: cast first, (x > 0).astype(x.dtype)." if fits else ""


RULES = (
    truth_value,
    exclusive_or,
    one_number,
    cast_in_place,
    read_only,
    shape_as_tuple,
    list_of_arrays,
    counted,
    whole_size,
    not_of_numpy,
    of_python,
    boolean_arithmetic,
)
