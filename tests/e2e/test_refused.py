"""PyTorch's own attention is refused where it is to be written, by whatever road, with the name of what was used."""

import pytest
from dlf_grader.failures import WorkerRefused
from dlf_grader.milestones.m3 import classifier
from dlf_grader.milestones.m6 import model
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission

START = "import importlib, sys\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
QKV = "q = torch.ones(1, 1, 3, 4)\n"


@pytest.fixture
def submit(tmp_path, servers):
    """Make a submission of one file's text that may not use PyTorch's attention."""
    made = []

    def make(text: str) -> Submission:
        folder, scratch = tmp_path / "tree", tmp_path / "scratch"
        folder.mkdir()
        scratch.mkdir()
        (folder / "exercise.py").write_text(START + QKV + text)
        load = Load(str(folder), "exercise", "torch", "write it", str(scratch), 0, refused=classifier.EXERCISE.refused)
        made.append(Submission(lambda: servers.worker("torch"), load))
        return made[-1]

    yield make
    for submission in made:
        submission.close()


OPERATOR = "PyTorch's scaled_dot_product_attention: write it"
ROADS = {
    "function": ("F.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "getattr": ("getattr(F, 'scaled_dot_' + 'product_attention')(q, q, q)", OPERATOR),
    "importlib": (
        "vars(importlib.import_module('torch.nn.functional'))['scaled_dot_product_attention'](q, q, q)",
        OPERATOR,
    ),
    "private": ("torch._C._nn.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "ops": ("torch.ops.aten.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "overload": ("torch.ops.aten.scaled_dot_product_attention.default(q, q, q)", OPERATOR),
    "inner": (
        "torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, q, q)",
        "_scaled_dot_product_flash_attention_for_cpu",
    ),
    "math": ("torch.ops.aten._scaled_dot_product_attention_math(q, q, q)", "_scaled_dot_product_attention_math"),
    "no-grad": ("with torch.no_grad():\n    F.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "inference": ("with torch.inference_mode():\n    F.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "with-grad": ("q.requires_grad_()\nF.scaled_dot_product_attention(q, q, q)", OPERATOR),
    "caught": ("try:\n    F.scaled_dot_product_attention(q, q, q)\nexcept BaseException:\n    pass", OPERATOR),
    "layer": ("nn.MultiheadAttention(4, 1)", "uses torch.nn.MultiheadAttention: write it"),
    "module-of-the-layer": (
        "sys.modules['torch.nn.modules.activation'].MultiheadAttention(4, 1)",
        "uses torch.nn.MultiheadAttention",
    ),
    "subclass": (
        "class Mine(nn.TransformerEncoderLayer):\n    pass\nMine(4, 1)",
        "uses torch.nn.TransformerEncoderLayer",
    ),
    "transformer": ("getattr(nn, 'Trans' + 'former')(4, 1)", "uses torch.nn.Transformer: "),
    "functional": (
        "F.multi_head_attention_forward(q, q, q)",
        "uses torch.nn.functional.multi_head_attention_forward",
    ),
    "flexible": ("from torch.nn.attention import flex_attention", "uses torch.nn.attention.flex_attention: write it"),
    "reload": ("importlib.reload(sys.modules['torch.nn.modules.activation'])", "reloads torch.nn.modules.activation"),
}


@pytest.mark.parametrize("road", ROADS)
def test_every_road_to_attention_is_refused_by_name(submit, road):
    line, says = ROADS[road]
    with pytest.raises(WorkerRefused) as caught:
        submit(line + "\n").call("anything")
    assert says in str(caught.value)


def test_the_language_model_is_refused_what_the_classifier_is():
    assert set(model.EXERCISE.refused) == set(classifier.EXERCISE.refused)


def test_the_parts_that_attention_is_made_of_are_allowed(submit):
    own = "def mine():\n    return ((q @ q.transpose(-1, -2)).softmax(-1) @ nn.Linear(4, 4)(q)).shape[-1]\n"
    assert submit(own).call("mine") == 4
