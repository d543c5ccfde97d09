"""Modules, layers and the loss, and what they learn together: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Custom, Initial, Parity, Section, Training
from dlf_grader.model import Exercise

EXERCISE = Exercise("m5_autograd/nn.py")
module = Section("m5.module", EXERCISE, f"{__name__}.modules", "modules")
linear = Section("m5.linear", EXERCISE, f"{__name__}.layers:LINEAR", "layers")
mlp = Section("m5.mlp", EXERCISE, f"{__name__}.layers:MLP", "layers")
loss = Section("m5.loss", EXERCISE, f"{__name__}.loss:CROSS_ENTROPY", "the-loss")
training = Section("m5", EXERCISE, f"{__name__}.training:DIGITS", "training-on-digits")

CHECKS = (
    module.check(
        "parameters",
        Custom("parameters", "PARAMETERS"),
        3,
        "Module.parameters",
        "Module.parameters finds every Tensor, in lists and in modules, each once",
        "vars(self).values() are the attributes in order. Which of them can hold a Tensor?",
        "Write a function search(value): keep a Tensor, and search a module's attributes and the parts of a list.",
        "Remember id(value) in a set, and return at once if it is already there.",
    ),
    module.check(
        "zero_grad",
        Custom("zero_grad", "ZERO_GRAD"),
        1,
        "Module.zero_grad",
        "Module.zero_grad resets every gradient",
        "How do you get a list of all parameters?",
        "Call zero_grad of each.",
        after=("parameters", "m5.engine.zero_grad"),
    ),
    linear.check(
        "init",
        Initial({"in_features": 96, "out_features": 144}, (144, 96), fan_in=96, optional_bias=False),
        1,
        "Linear.__init__",
        "Linear starts He-normal, drawn from rng",
        "Draw W as in m0. Which of W and b must be Tensors that require a gradient?",
        "W is normal with standard deviation sqrt(2 / in_features), of shape (out, in); b is zeros.",
    ),
    linear.check(
        "forward",
        Parity(),
        2,
        "Linear.forward",
        "Linear matches PyTorch in value and in every gradient",
        "Use the formula of m0, with Tensors in place of arrays.",
        "Compute x @ W transposed, plus b. Broadcasting and backward follow from the operations.",
        after=("init", "m5.module.parameters", "m5.tensor.matmul", "m5.tensor.transpose"),
    ),
    linear.check(
        "errors",
        BadShapes(
            (
                ("too many features", {"in_features": 3, "out_features": 2}, ((2, 4),)),
                ("features and rows swapped", {"in_features": 7, "out_features": 2}, ((7, 5),)),
            )
        ),
        1,
        "Linear.forward",
        "Linear refuses wrong shapes with a ValueError",
        "Check before computing. Say what was expected and what came.",
        "The last axis of x must be in_features.",
        after=("forward",),
    ),
    mlp.check(
        "init",
        Custom("mlp_init", "MLP_INIT"),
        1,
        "MLP.__init__",
        "MLP has a layer between each two sizes, all drawn from one rng",
        "[784, 128, 10] has two layers: 784 to 128, and 128 to 10. How many layers do n sizes have?",
        "Use itertools.pairwise for the pairs; keep the layers in a list attribute.",
        after=("m5.linear.init", "m5.module.parameters"),
    ),
    mlp.check(
        "forward",
        Parity(),
        2,
        "MLP.forward",
        "MLP matches PyTorch in value and in every gradient",
        "Which layers are followed by a ReLU? Layer, ReLU, layer, ReLU, …, layer.",
        "Call .relu() after every layer but the last. The last layer gives the logits.",
        after=("init", "m5.linear.forward", "m5.tensor.relu"),
    ),
    loss.check(
        "cross_entropy",
        Parity(),
        2,
        "cross_entropy",
        "cross_entropy matches PyTorch in value and gradient",
        "Take the log-probability of the true class in each row, then the mean. Which sign has the loss?",
        "log_p[np.arange(N), targets] picks one number from each row of log_p.",
        after=("m5.tensor.log_softmax", "m5.tensor.index", "m5.tensor.mean"),
    ),
    training.check(
        "digits",
        Training(),
        3,
        "MLP.forward",
        "MLP reaches 95 % on digits",
        "Call, cross_entropy, zero_grad, backward, and a step on the data of every parameter: does each do its part?",
        "If the loss does not fall, look for a parameter that is not found, or gets no gradient.",
        requires=("training",),
        after=("m5.mlp.forward", "m5.module.zero_grad", "m5.loss.cross_entropy"),
        timeout=120.0,
    ),
)
