"""What m0 checks of gradient checking and the multilayer perceptron."""

from __future__ import annotations

from dlf_grader.milestones.m0.catalogue_layers import HERE
from dlf_grader.milestones.section import Section

GRADCHECK, MLP = "m0_mlp/gradcheck.py", "m0_mlp/mlp.py"

gradcheck, relative_error, check_layer = (
    Section("m0.gradcheck", GRADCHECK, f"{HERE}.{module}", "gradient-checking")
    for module in ("gradcheck", "relative_error", "check_layer")
)
GRADCHECKS = (
    gradcheck.check(
        "numerical_gradient",
        "behaviour",
        5,
        "numerical_gradient",
        "numerical_gradient measures every slope of f",
        "One element at a time: move it up, call f; move it down, call f; put it back.",
        "Central means to both sides; how far are x − eps and x + eps apart?",
        "np.ndindex(x.shape) walks the elements of any shape; x[index] reads and writes one of them.",
    ),
    gradcheck.check(
        "in_place",
        "behaviour",
        2,
        "numerical_gradient",
        "numerical_gradient moves x itself, and puts every number back exactly",
        "f may not look at what it is passed: a layer's forward looks at its own W, which is the array you are given.",
        "Keep the original number in a variable; x + eps − 2 eps + eps is not always x again.",
        after=("numerical_gradient",),
    ),
    relative_error.check(
        "relative_error",
        "behaviour",
        3,
        "relative_error",
        "relative_error weighs differences by size",
        "Element by element: the difference without its sign, divided by both sizes together; the largest counts.",
        "Where both are zero, 0 / 0 threatens: what stands below is never less than 1e-8 (np.maximum).",
        run="check",
    ),
    check_layer.check(
        "check_layer",
        "behaviour",
        4,
        "check_layer",
        "check_layer tells right gradients from wrong ones, for x and every parameter",
        "A layer's output is no number; weighed with a random upstream gradient and summed, it is.",
        "forward and backward once, with that upstream gradient; then numerical_gradient of x, and of each parameter.",
        "The function that numerical_gradient is given ignores its argument: forward reads x and W where they lie.",
        "After backward, _parameters(layer) lists them: each with its name, its value and its gradient.",
        run="check",
        after=("numerical_gradient", "in_place", "relative_error"),
    ),
)

mlp = Section("m0.mlp", MLP, f"{HERE}.mlp", "the-multilayer-perceptron")
BACKWARDS = ("m0.linear.backward", "m0.linear.parameters", "m0.relu.backward", "m0.cross_entropy.backward")
use = Section("m0.mlp", MLP, f"{HERE}.mlp_use", "the-multilayer-perceptron")
NETWORK = (
    use.check(
        "init",
        "behaviour",
        2,
        "TwoLayerMLP.__init__",
        "TwoLayerMLP has two linear layers, drawn from one rng",
        "Four parts, made of what you have written: fc1, relu, fc2, loss.",
        "fc1 goes from input_size to hidden_size, fc2 from there to num_classes; hand the same rng to both.",
        after=("m0.linear.init",),
    ),
    use.check(
        "num_parameters",
        "behaviour",
        1,
        "TwoLayerMLP.num_parameters",
        "TwoLayerMLP counts its parameters, 101,770 by default",
        "Every number that training may change counts: weights and biases of both layers.",
        "An array knows its size; there are four of them.",
        after=("init",),
    ),
    mlp.check(
        "forward",
        "parity",
        3,
        "TwoLayerMLP.forward",
        "TwoLayerMLP.forward matches PyTorch",
        "Hand the output of each part to the next: fc1, relu, fc2.",
        "What fc2 gives are the logits; nothing comes after it.",
        after=("init", "m0.linear.forward", "m0.relu.forward"),
    ),
    mlp.check(
        "train_step",
        "parity",
        5,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP.train_step takes PyTorch's step of SGD",
        "Forward to the loss; then backward through the parts in the opposite order, each handing on what it returns.",
        "loss.backward() takes no argument and starts the chain; then fc2, relu, fc1.",
        "Each of the four parameters less lr times its gradient; the loss you return was computed before that.",
        after=("forward", *BACKWARDS),
    ),
    use.check(
        "predict",
        "behaviour",
        2,
        "TwoLayerMLP.predict",
        "TwoLayerMLP.predict names the class with the largest logit",
        "No softmax is needed: it keeps the order of the logits.",
        "argmax along each row; then make sure that the dtype is int64.",
        after=("forward",),
    ),
    use.check(
        "evaluate",
        "behaviour",
        2,
        "TwoLayerMLP.evaluate",
        "TwoLayerMLP.evaluate gives the share of right answers",
        "Compare what predict says with y: that is an array of True and False.",
        "The mean of True and False is the share of True; return it as a float.",
        after=("predict",),
    ),
    use.check(
        "behaviour",
        "behaviour",
        1,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP changes nothing but its parameters, and those only in train_step",
        "Two steps in a row, then predict: each must find the parameters that the one before left.",
        "x and y belong to the caller, and a step with lr = 0 leaves everything where it is.",
        after=("train_step", "predict", "evaluate"),
    ),
)
