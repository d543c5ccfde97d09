"""The names, signatures and imports that the exercises' contract fixes, in solutions and stubs alike."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SIGNATURES = {
    "m0_mlp/layers.py": {
        "Linear.__init__": "self, in_features, out_features, bias=True, *, rng=None",
        "Linear.forward": "self, x",
        "Linear.backward": "self, dL_dy",
        "ReLU.forward": "self, x",
        "Sigmoid.forward": "self, x",
        "Tanh.forward": "self, x",
    },
    "m0_mlp/losses.py": {
        "MSELoss.forward": "self, prediction, target",
        "MSELoss.backward": "self",
        "CrossEntropyLoss.forward": "self, logits, targets",
        "CrossEntropyLoss.backward": "self",
    },
    "m0_mlp/gradcheck.py": {
        "numerical_gradient": "f, x, eps=1e-06",
        "relative_error": "a, b",
        "check_layer": "layer, x, *, eps=1e-06, rng=None",
    },
    "m0_mlp/mlp.py": {
        "TwoLayerMLP.__init__": "self, input_size=784, hidden_size=128, num_classes=10, *, rng=None",
        "TwoLayerMLP.train_step": "self, x, y, lr=0.01",
        "TwoLayerMLP.predict": "self, x",
        "TwoLayerMLP.evaluate": "self, x, y",
    },
    "m1_cnn/conv.py": {
        "Conv2d.__init__": "self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None",
        "Conv2d.forward": "self, x",
        "Conv2d.backward": "self, dL_dy",
    },
    "m1_cnn/pool.py": {
        "MaxPool2d.__init__": "self, kernel_size, stride=None",
        "AvgPool2d.__init__": "self, kernel_size, stride=None",
        "Flatten.forward": "self, x",
    },
    "m1_cnn/batchnorm.py": {"BatchNorm2d.__init__": "self, num_features, eps=1e-05, momentum=0.1"},
    "m1_cnn/lenet.py": {"LeNet.__init__": "self, num_classes=10"},
    "m1_cnn/resnet.py": {
        "BasicBlock.__init__": "self, in_channels, out_channels, stride=1",
        "ResNetMini.__init__": "self, num_classes=10",
    },
}


def function(path: Path, name: str) -> ast.FunctionDef:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        (node,) = (n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef) and n.name == part)
        body = node.body
    return node


def signature(node: ast.FunctionDef) -> str:
    """Names and defaults, without types."""
    for argument in [*node.args.args, *node.args.kwonlyargs]:
        argument.annotation = None
    return ast.unparse(node.args)


@pytest.mark.parametrize("tree", ["solutions", "exercises"])
@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in SIGNATURES.items() for name in names])
def test_signature_is_the_contracts(tree, file, name):
    assert signature(function(ROOT / tree / file, name)) == SIGNATURES[file][name]


@pytest.mark.parametrize("tree", ["solutions", "exercises"])
@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in SIGNATURES.items() for name in names])
def test_every_function_says_what_it_does(tree, file, name):
    if not name.endswith("__init__"):
        assert ast.get_docstring(function(ROOT / tree / file, name))
