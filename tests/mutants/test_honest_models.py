"""Right PyTorch models that are made otherwise than ours pass every check that trains none of them."""

from pathlib import Path

import pytest
from dlf_grader.authoring.mutants import Mutant, plant
from dlf_grader.config import Config
from dlf_grader.run.collect import all_milestones, checks_of
from dlf_grader.run.session import Session

ROOT = Path(__file__).parents[2]
SUM = "torch.relu(self.residual(x) + self.shortcut(x))"
SHORTCUT = "        self.shortcut = nn.Sequential()"
SECOND = "nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)"
OUT = "self.out = nn.Linear(d_model, d_model)"
ZEROS = "nn.init.zeros_(self.out.weight); nn.init.zeros_(self.out.bias)"
HEAD = "self.classifier = nn.Linear(64 * 5 * 5, num_classes)"
PATCHES = """\
self.features = nn.Sequential(nn.Conv2d(1, 16, 4, stride=4), nn.GELU(), nn.Flatten(), nn.Linear(16 * 49, 32), nn.ReLU())
        self.classifier = nn.Linear(32, num_classes)"""
HONEST = {
    "one-convolution-over-patches": ("m1_cnn/lenet.py", HEAD, PATCHES),
    "head-at-zero": ("m1_cnn/lenet.py", "num_classes)", "num_classes); nn.init.zeros_(self.classifier.weight)"),
    "lazy-head": ("m1_cnn/lenet.py", "nn.Linear(64 * 5 * 5, num_classes)", "nn.LazyLinear(num_classes)"),
    "gelu-after-the-sum": ("m1_cnn/resnet.py", SUM, SUM.replace("torch.relu", "nn.functional.gelu")),
    "nothing-after-the-sum": ("m1_cnn/resnet.py", SUM, SUM.replace("torch.relu", "")),
    "rezero": (
        "m1_cnn/resnet.py",
        SHORTCUT,
        f"        self.residual.append(Gate())\n{SHORTCUT}",
    ),
    "spectral-norm": ("m1_cnn/resnet.py", SECOND, f"nn.utils.parametrizations.spectral_norm({SECOND})"),
    "weight-norm": ("m1_cnn/resnet.py", SECOND, f"nn.utils.parametrizations.weight_norm({SECOND})"),
    "branches-at-zero": ("m3_attention/classifier.py", OUT, f"{OUT}; {ZEROS}"),
}
GATE = """

class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        return self.alpha * x
"""


@pytest.mark.parametrize("name", HONEST)
def test_a_right_model_of_another_make_passes(name, tmp_path, plugins, servers):
    file, find, replace = HONEST[name]
    tree = tmp_path / "tree"
    text = (ROOT / "solutions" / file).read_text(encoding="utf-8")
    if text.count(find) > 1:  # the last is the one that is meant
        before, _, after = text.rpartition(find)
        find, replace = find + after, replace + after
        assert text == before + find
    plant(Mutant(name, file, find, replace, "", ""), ROOT / "solutions", tree)
    (tree / file).write_text((tree / file).read_text(encoding="utf-8") + GATE, encoding="utf-8")
    config = Config(tree=tree, train=False, jobs=1)
    asked = [check for check in checks_of(all_milestones(plugins), config, plugins) if check.exercise == file]
    results = Session(config, plugins, servers=servers, checks=asked).run().results
    assert {(r.id, r.status, r.message) for r in results if r.status not in ("passed", "skipped")} == set()
    assert any(r.status == "passed" for r in results)
