"""Exceptions of PyTorch models."""

from __future__ import annotations

import ast
import math
import re

from dlf_grader.instruments.exceptions.raised import Raised


def features(raised: Raised) -> str:
    """The input of a linear layer has another number of features, or still its image axes."""
    found = re.search(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", raised.text)
    if not found or "addmm" not in raised.text:
        return ""
    rows, got, takes = (int(found[at]) for at in (1, 2, 3))
    if got < takes and rows * got % takes == 0:
        return f"The linear layer takes {takes} features, the last axis has {got}: flatten all axes but the first."
    return f"The linear layer takes {takes} features; its input has {got}{_as_image(raised, got)}."


def _as_image(raised: Raised, features: int) -> str:
    """400 as " = 16 · 5 · 5", if the channels of the file's last convolution give a square image."""
    nodes = ast.walk(raised.source) if raised.source is not None else ()
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Conv2d")]
    last = max(calls, key=lambda call: call.lineno).args[1:2] if calls else []
    if not last or not isinstance(last[0], ast.Constant) or type(last[0].value) is not int:
        return ""
    channels = last[0].value
    side = math.isqrt(features // channels)
    return f" = {channels} · {side} · {side}" if side > 1 and channels * side**2 == features else ""


def channels(raised: Raised) -> str:
    """A convolution or a batch norm for another number of channels."""
    found = re.search(r"to have (\d+) channels, but got (\d+) channels", raised.text)
    if found:
        return f"This convolution takes {found[1]} channels; its input has {found[2]}."
    found = re.search(r"running_mean should contain (\d+) elements not (\d+)", raised.text)
    return f"This batch norm is for {found[2]} channels; its input has {found[1]}." if found else ""


def several_results(raised: Raised) -> str:
    """The tuple that a recurrent layer returns, used as a tensor."""
    found = re.search(r"must be Tensor, not tuple", raised.text)
    return "nn.RNN, nn.LSTM and nn.GRU return a tuple: outputs, state = self.lstm(x)." if found else ""


def super_init(raised: Raised) -> str:
    """A part is assigned before nn.Module is set up."""
    fits = "before Module.__init__() call" in raised.text
    return "super().__init__() comes first in __init__ of a module." if fits else ""


def no_forward(raised: Raised) -> str:
    """A forward with another name."""
    found = re.search(r'Module \[(\w+)\] is missing the required "forward" function', raised.text)
    if not found:
        return ""
    names = [
        node.name
        for cls in raised.classes
        if cls.name == found[1]
        for node in cls.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    return f"{found[1]} has no method called forward; it has {', '.join(names) or 'none'}."


def ids_as_floats(raised: Raised) -> str:
    """An embedding asked with floats."""
    fits = "'indices' to have one of the following scalar types" in raised.text
    return "An embedding takes integer ids: they became floats before it." if fits else ""


def id_out_of_range(raised: Raised) -> str:
    """An embedding asked for a row that it has not."""
    fits = raised.text == "index out of range in self"
    return "An embedding was asked for an id that is not in [0, num_embeddings)." if fits else ""


def norm_of_one_number(raised: Raised) -> str:
    """A norm that takes its mean over one number."""
    fits = "Expected more than 1 value per channel" in raised.text
    return "A norm takes the mean of one number there: minus its own mean it is 0. Let it have several." if fits else ""


RULES = (
    features,
    channels,
    several_results,
    super_init,
    no_forward,
    ids_as_floats,
    id_out_of_range,
    norm_of_one_number,
)
