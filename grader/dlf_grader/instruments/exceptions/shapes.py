"""Exceptions about shapes, sizes and places in arrays."""

from __future__ import annotations

import ast
import re

from dlf_grader.instruments.exceptions.raised import Raised, Shape


def shapes_in(text: str) -> list[Shape]:
    """The shapes that a message holds, "(5,4) (5,)"."""
    found = re.findall(r"\(((?:\d+,\s*)*\d*,?)\)", text)
    return [tuple(int(n) for n in each.split(",") if n.strip()) for each in found]


def transpose_of_many_axes(raised: Raised) -> str:
    """`q @ k.T` where k has three axes."""
    if raised.kind != "ValueError":
        return ""
    for operation in raised.operations(ast.MatMult):
        for side in (operation.left, operation.right):
            if isinstance(side, ast.Attribute) and side.attr == "T":
                shape = raised.shape(side.value)
                if shape is not None and len(shape) > 2:
                    name = ast.unparse(side.value)
                    return (
                        f"{name}.T reverses all {len(shape)} axes of {shape}. "
                        f"{name}.swapaxes(-1, -2) swaps the last two."
                    )
    return ""


def product(raised: Raised) -> str:
    """Operands of @ whose inner sizes differ."""
    found = re.search(r"size (\d+) is different from (\d+)", raised.text)
    if not found or "matmul" not in raised.text:
        return ""
    operations = list(raised.operations(ast.MatMult))
    if len(operations) != 1:
        return (
            f"The last axis of the left operand of @ has size {found[2]}, the second to last of the right {found[1]}."
        )
    left, right = operations[0].left, operations[0].right
    a, b = ast.unparse(left), ast.unparse(right)
    text = f"The last axis of {a} has size {found[2]}, the second to last of {b} has {found[1]}."
    shapes = raised.shape(left), raised.shape(right)
    if None not in shapes and all(shape is not None and len(shape) == 2 for shape in shapes):
        (n, k), (p, q) = shapes  # type: ignore[misc]  # neither is None
        if k == q != n:
            return f"{text} {a} @ {b}.T has sizes that fit."
        if n == p != k:
            return f"{text} {a}.T @ {b} has sizes that fit."
    return text


def broadcast(raised: Raised) -> str:
    """Two shapes that do not broadcast: an axis lost by a sum or a maximum, or a transpose."""
    if "could not be broadcast together with shapes" not in raised.text:
        return ""
    shapes = shapes_in(raised.text)
    if len(shapes) != 2:
        return ""
    large, small = sorted(shapes, key=len, reverse=True)
    if len(large) == len(small) + 1 > 1 and small == large[:-1]:
        return (
            f"{small} broadcasts with {large} as {(*small, 1)}: keepdims=True in a sum or a maximum leaves that axis."
        )
    if len(large) == len(small) > 1 and large == small[::-1]:
        return f"{large} and {small} are transposes of each other."
    return ""


def grows_in_place(raised: Raised) -> str:
    """`b += g` where g is larger than b."""
    shapes = shapes_in(raised.text)
    if "non-broadcastable output operand" not in raised.text or len(shapes) != 2:
        return ""
    return (
        f"+= and out= keep the shape {shapes[0]} of the left side; the right side has {shapes[1]}: sum its extra axes."
    )


def every_second_column(raised: Raised) -> str:
    """`pe[:, 1::2] = cosines` where the number of columns is odd."""
    shapes = shapes_in(raised.text)
    if not raised.text.startswith("could not broadcast input array from shape") or len(shapes) != 2:
        return ""
    value, place = shapes
    odd = place and value[:-1] == place[:-1] and value[-1] == place[-1] + 1
    for node in raised.expressions if odd else ():
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice).strip("()").endswith("1::2"):
            return (
                f"Where the number of columns is odd, {ast.unparse(node)} has one column less than the even places: "
                f"{place[-1]}, not {value[-1]}."
            )
    return ""


def one_past_the_last(raised: Raised) -> str:
    """`outputs[np.arange(n), lengths]`: counted from one."""
    found = re.search(r"index (\d+) is out of bounds for (?:axis|dimension) \d+ with size (\d+)", raised.text)
    if not found or found[1] != found[2]:
        return ""
    for node in raised.expressions:
        if isinstance(node, ast.Subscript):
            for name in (each.id for each in ast.walk(node.slice) if isinstance(each, ast.Name)):
                if "len" in name and name != "len":
                    return f"Places count from 0, so the last of {found[2]} is {int(found[2]) - 1}: {name} - 1."
    return ""


def rows_for_elements(raised: Raised) -> str:
    """`p[targets]` where one element a row is wanted."""
    found = re.fullmatch(r"index (\d+) is out of bounds for axis 0 with size (\d+)", raised.text)
    for node in raised.expressions if found else ():
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
            index, array = raised.shape(node.slice), raised.shape(node.value)
            if index is not None and len(index) == 1 and array is not None and len(array) > 1 and index[0] == array[0]:
                text, name = ast.unparse(node.value), node.slice.id
                return (
                    f"{text}[{name}] takes whole rows. {text}[np.arange(len({name})), {name}] takes one element a row."
                )
    return ""


def too_many_indices(raised: Raised) -> str:
    """An index more than axes."""
    found = re.search(r"array is (\d+)-dimensional, but (\d+) were indexed", raised.text)
    return f"The array has {found[1]} axes, the brackets {found[2]} indices." if found else ""


def list_of_indices(raised: Raised) -> str:
    """`rows[0, 1]` of a list."""
    fits = "list indices must be integers or slices, not tuple" in raised.text
    return "A list takes one index; an array takes several: np.array(…) first." if fits else ""


def ragged(raised: Raised) -> str:
    """A tuple or list of arrays of different shapes, taken for an array."""
    fits = "inhomogeneous shape" in raised.text
    return "A list or tuple of arrays of different shapes is used as one array here." if fits else ""


def unequal_axes(raised: Raised) -> str:
    """`n, c, h, w = x.shape` of another number of axes."""
    found = re.search(r"values to unpack \(expected (\d+)", raised.text)
    for node in raised.expressions if found else ():
        if found and isinstance(node, ast.Attribute) and node.attr == "shape":
            shape = raised.shape(node.value)
            if shape is not None and len(shape) != int(found[1]):
                axes = f"{len(shape)} {'axis' if len(shape) == 1 else 'axes'}"
                return f"{ast.unparse(node.value)} has {axes} here, {shape}; {found[1]} names are given."
    return ""


def names_for_one(raised: Raised) -> str:
    """`for w, g in (ws, gs)`, `for i, w, g in zip(ws, gs)`, `n, c, h, w = x`."""
    if "values to unpack (expected" not in raised.text or raised.source is None:
        return ""
    for node in ast.walk(raised.source):
        target = getattr(node, "target", None) or next(iter(getattr(node, "targets", ())), None)
        if not isinstance(target, ast.Tuple) or target.lineno != raised.line:
            continue
        names = len(target.elts)
        match node:
            case ast.For(iter=ast.Tuple(elts) | ast.List(elts)) if len(elts) == names:
                listed = ", ".join(map(ast.unparse, elts))
                return f"The loop takes one after the other: zip({listed}) goes through them together."
            case ast.For(iter=ast.Call(func=ast.Name("zip"), args=args)) if len(args) == names - 1:
                first, *rest = map(ast.unparse, target.elts)
                counted = f"for {first}, ({', '.join(rest)}) in enumerate(zip(…))"
                return f"zip gives {names - 1} at a time, not {names}. To count too: {counted}."
            case ast.Assign(value=value) if len(raised.shape(value) or ()) == names:
                return f"{ast.unparse(value)} is the array; its sizes are {ast.unparse(value)}.shape."
    return ""


RULES = (
    transpose_of_many_axes,
    product,
    broadcast,
    grows_in_place,
    every_second_column,
    one_past_the_last,
    rows_for_elements,
    too_many_indices,
    list_of_indices,
    ragged,
    unequal_axes,
    names_for_one,
)
