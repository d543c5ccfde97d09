"""What m5 checks of modules, layers and the loss, and what they learn together."""

from __future__ import annotations

from dlf_grader.milestones.m5.catalogue import HERE
from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

NN = "m5_autograd/nn.py"
module = Section("m5.module", NN, f"{HERE}.modules", "modules")
linear = Section("m5.linear", NN, f"{HERE}.layers", "layers")
mlp = Section("m5.mlp", NN, f"{HERE}.layers", "layers")
loss = Section("m5.loss", NN, f"{HERE}.loss", "the-loss")
training = Section("m5", NN, f"{HERE}.training", "training-on-digits")

CHECKS: tuple[Check, ...] = (
    module.check(
        "parameters",
        "behaviour",
        3,
        "Module.parameters",
        "Module.parameters finds every Tensor, in lists and in modules, each once",
        "vars(self).values() are the attributes in order. Which of them can hold a Tensor?",
        "A function search(value): a Tensor is kept, a module's attributes and a list's parts are searched in turn.",
        "Remember id(value) in a set, and return at once where it has been before.",
    ),
    module.check(
        "zero_grad",
        "behaviour",
        1,
        "Module.zero_grad",
        "Module.zero_grad forgets every gradient",
        "You have a list of all parameters.",
        "Call zero_grad of each.",
        after=("parameters", "m5.engine.zero_grad"),
    ),
    linear.check(
        "init",
        "behaviour",
        1,
        "Linear.__init__",
        "Linear starts He-normal, drawn from rng",
        "As in m0, and then made Tensors that require a gradient.",
        "W is normal with deviation sqrt(2 / in_features), of shape (out, in); b is zeros.",
    ),
    linear.check(
        "forward",
        "parity",
        2,
        "Linear.forward",
        "Linear matches PyTorch in value and in every gradient",
        "The same formula as in m0, with Tensors in place of arrays.",
        "x @ W transposed, plus b: broadcasting and backward are taken care of.",
        run="linear",
        after=("init", "m5.module.parameters", "m5.tensor.matmul", "m5.tensor.transpose"),
    ),
    linear.check(
        "errors",
        "behaviour",
        1,
        "Linear.forward",
        "Linear refuses wrong shapes with a ValueError",
        "Check before computing, and say what was expected and what came.",
        "x needs at least two axes, and the last of them must be in_features.",
        after=("forward",),
    ),
    mlp.check(
        "init",
        "behaviour",
        1,
        "MLP.__init__",
        "MLP has a layer between each two sizes, all drawn from one rng",
        "[784, 128, 10] has two layers: 784 to 128, and 128 to 10.",
        "itertools.pairwise gives the pairs; keep the layers in a list attribute.",
        run="mlp_init",
        after=("m5.linear.init", "m5.module.parameters"),
    ),
    mlp.check(
        "forward",
        "parity",
        2,
        "MLP.forward",
        "MLP matches PyTorch in value and in every gradient",
        "Layer, ReLU, layer, ReLU, …, layer.",
        "All layers but the last are followed by .relu(); the last gives the logits.",
        run="mlp",
        after=("init", "m5.linear.forward", "m5.tensor.relu"),
    ),
    loss.check(
        "cross_entropy",
        "parity",
        2,
        "cross_entropy",
        "cross_entropy matches PyTorch in value and gradient",
        "The logarithm of the probability of the true class, for each row: then the mean, with a minus.",
        "log_p[np.arange(N), targets] picks one number from each row of log_p.",
        after=("m5.tensor.log_softmax", "m5.tensor.index", "m5.tensor.mean"),
    ),
    training.check(
        "digits",
        "training",
        3,
        "MLP.forward",
        "MLP reaches 95 % on digits",
        "Call, cross_entropy, zero_grad, backward, and a step on every parameter's data: does each do what it says?",
        "If the loss stays where it is, look for a parameter that is not found, or gets no gradient.",
        requires=("training",),
        after=("m5.mlp.forward", "m5.module.zero_grad", "m5.loss.cross_entropy"),
        timeout=120.0,
    ),
)
