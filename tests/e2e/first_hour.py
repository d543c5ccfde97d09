"""The first hour of somebody new: clone, what README says to type, natural mistakes and slips, the sentence for each.

Run by CI, and by hand: python tests/e2e/first_hour.py
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REGION = r" *### BEGIN SOLUTION {}\n(.*?)\n *### END SOLUTION"
TODO = r' *# TODO\({}\)[^\n]*\n *raise NotImplementedError\("{}"\)'


@dataclass(frozen=True)
class Mistake:
    """What somebody writes in place of what is right, in the file that they are at, and what they must read.

    Attributes:
        part: the checks that they run, m0.linear.
    """

    file: str
    part: str
    right: str
    wrong: str
    sentence: str


LAYERS, LOSSES, GRADCHECK, MLP = (f"m0_mlp/{name}.py" for name in ("layers", "losses", "gradcheck", "mlp"))
MISTAKES = (
    Mistake(LAYERS, "m0.linear", "y = x @ W.T ", "y = x @ W ", "so multiply by its transpose"),
    Mistake(LAYERS, "m0.linear", "dL_dy.sum(axis=0)", "dL_dy.sum(axis=1)", "so sum over axis 0"),
    Mistake(LAYERS, "m0.linear", "dL_dy.T @ x ", "x.T @ dL_dy ", "dL_dW is transposed"),
    Mistake(LAYERS, "m0.relu", "np.maximum(x, 0)", "np.maximun(x, 0)", "Did you mean: 'maximum'?"),
    Mistake(LAYERS, "m0.relu", "np.maximum(x, 0)", "np.maximum(x, 0", "'(' was never closed"),
    Mistake(LAYERS, "ReLU", "return np.maximum(x, 0)", "y = np.maximum(x, 0)", "ReLU.forward returns nothing: end it"),
    Mistake(LAYERS, "m0.sigmoid", "e = np.exp(-np.abs(x))", "e = np.exp(-np.abs(z))", "name 'z' is not defined"),
    Mistake(LAYERS, "m0.linear", "x @ W.T ", "x @ W.T() ", "W.T is not a method"),
    Mistake(LAYERS, "m0.linear", "self.dL_dW = ", "dL_dW = ", "only a variable in backward of class Linear"),
    Mistake(LAYERS, "m0.relu", "np.maximum(x, 0)", "self.forward(x)", "forward calls itself"),
    Mistake(
        LAYERS, "m0.relu", "return np.maximum(x, 0)", "y = x\n        y[y < 0] == 0\n        return y", "= assigns"
    ),
    Mistake(LAYERS, "m0.relu", "np.maximum(x, 0)", "np.maximum(x, 0).astype(int)", "an integer array"),
    Mistake(LAYERS, "m0.linear", "y += self.b", "y + self.b", "computes something that nothing uses"),
    Mistake(
        LAYERS, "m0.linear", "np.sqrt(2.0 / in_features)", "np.sqrt(2.0) / in_features", "Only the 2 is under the root"
    ),
    Mistake(LAYERS, "m0.linear", "dL_dy.sum(axis=0)", "dL_dy.sum(axes=0)", "The word is axis"),
    Mistake(
        LAYERS,
        "m0.relu",
        "return np.where(self.x > 0, dL_dy, 0).astype(self.x.dtype, copy=False)",
        "return dL_dy * self.x > 0",
        "is a boolean array",
    ),
    Mistake(
        LAYERS,
        "m0.relu",
        "return np.maximum(x, 0)",
        "if len(x):\n            return np.maximum(x, 0)\n        else if x:\n            return x",
        "else if is elif in Python",
    ),
    Mistake(
        LAYERS, "m0.relu", "self.x = x\n", "self.x = x\n        print(x.shape)\n", "forward printed:\n        (1,)"
    ),
    Mistake(
        LAYERS,
        "m0.relu",
        "return np.maximum(x, 0)",
        'y = np.maximum(x, 0)\n        raise NotImplementedError("m0.relu.forward")',
        "still raises NotImplementedError",
    ),
    Mistake(
        LOSSES,
        "m0.cross_entropy",
        "return float(-log_p[np.arange(len(targets)), targets].mean())",
        "e = np.exp(logits)\n        return float(-np.log((e / e.sum())[np.arange(len(e)), targets]).mean())",
        "The softmax is over all rows together",
    ),
    Mistake(
        LOSSES,
        "m0.mse",
        "np.mean(self.difference**2)",
        "np.sum(self.difference**2)",
        "divide by the number of elements",
    ),
    Mistake(LOSSES, "m0.cross_entropy", "dL_dlogits / N", "dL_dlogits / dL_dlogits.shape[1]", "is divided by K"),
    Mistake(LOSSES, "m0.mse", "self.difference.size", "len(self.difference)", "by the number of all elements"),
    Mistake(
        LOSSES,
        "m0.cross_entropy",
        "logits - logits.max(axis=1, keepdims=True)",
        "logits",
        "Subtract each row's maximum first",
    ),
    Mistake(LOSSES, "m0.cross_entropy", "return dL_dlogits / N", "return dL_dlogits", "The division by N is missing"),
    Mistake(GRADCHECK, "m0.gradcheck", "/ (2 * eps)", "/ eps", "from x − eps to x + eps the distance is 2 eps"),
    Mistake(GRADCHECK, "m0.gradcheck", "x[index] = original - eps", "x[index] -= eps", "at x and at one side of it"),
    Mistake(MLP, "m0.mlp", "self.relu = ReLU()", "self.relu = Relu()", "Did you mean: 'ReLU'?"),
    Mistake(MLP, "m0.mlp", "W - lr * layer.dL_dW", "W + lr * layer.dL_dW", "so *subtract* lr × gradient"),
    Mistake(LAYERS, "m0.mlp", "return dL_dy @ W ", "return 2 * dL_dy @ W ", "It builds on m0.linear"),
)


SLIPS = (  # what somebody types, and the end of what they must read
    ("test m0", "did you mean dlf-grade m0?"),
    ("hnt m0.relu", "did you mean hint?"),
    ("M0", "did you mean dlf-grade m0?"),
    ("M0 -k relu", "did you mean dlf-grade m0 -k relu?"),
    ("m0.lin", "did you mean m0.linear?"),
    ("m0 --tran", "did you mean --train?"),
    ("layer.py", "did you mean m0_mlp/layers.py?"),
    ("Linear ReLU", "did you mean m0.linear, m5.linear?"),
    ("watch m0", "did you mean dlf-grade m0 --watch?"),
)


class Newcomer:
    """Somebody in a clone of their own, with a cache that knows nothing."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "dl-foundations"
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), str(self.clone)], check=True)
        cache = {"DLF_CACHE": str(folder / "cache"), "COLUMNS": "100", "PYTHONUTF8": "1"}
        self.environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | cache

    def types(self, *words: str) -> str:
        """What `dlf-grade` prints; it ends with 0 or, where work is left, with 1."""
        done = self._run(words)
        if done.returncode not in (0, 1) or "Traceback" in done.stdout + done.stderr:
            raise SystemExit(f"dlf-grade {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def is_refused(self, *words: str) -> str:
        """What `dlf-grade` complains of, in one line; it ends with 2."""
        done = self._run(words)
        if done.returncode != 2 or done.stdout or done.stderr.count("\n") != 1:
            raise SystemExit(f"dlf-grade {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stderr

    def _run(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dlf_grader", *words]
        return subprocess.run(
            command, cwd=self.clone, env=self.environment, capture_output=True, check=False, encoding="utf-8"
        )

    def writes(self, file: str) -> None:
        """Fill every TODO of an exercise in as its solution does."""
        solution = (self.clone / "solutions" / file).read_text(encoding="utf-8")
        place = self.clone / "exercises" / file
        text = place.read_text(encoding="utf-8")
        for name in re.findall(r"### BEGIN SOLUTION (\S+)", solution):
            found = re.search(REGION.format(re.escape(name)), solution, re.DOTALL)
            assert found is not None
            answer = found[1]
            text = re.sub(TODO.format(re.escape(name), re.escape(name)), lambda _, answer=answer: answer, text)
        place.write_text(text, encoding="utf-8")

    def makes(self, mistake: Mistake) -> str:
        """Write a mistake, grade it, and take it back."""
        place = self.clone / "exercises" / mistake.file
        right = place.read_text(encoding="utf-8")
        assert right.count(mistake.right), mistake
        place.write_text(right.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
        printed = self.types(mistake.part)
        place.write_text(right, encoding="utf-8")
        return printed


def main() -> int:
    """Play the hour; returns 0 if every step got the words that it must get."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dlf-") as folder:
        somebody = Newcomer(Path(folder))
        missing = list(_missing(somebody))
    for words, printed in missing:
        print(f"--- expected: {words}\n{printed}")
    print(
        f"{len(missing)} of {len(MISTAKES) + len(SLIPS) + 5} answers were not those, {time.monotonic() - began:.0f} s"
    )
    return 1 if missing else 0


def _missing(somebody: Newcomer) -> Iterator[tuple[str, str]]:
    """The words that a step should have got and did not, with what it got."""
    steps = [
        (("m0",), "0 of 100 points · next: exercises/m0_mlp/layers.py:44"),
        (("next",), "m0.linear.init: "),
        (("hint", "m0.linear.init"), "  1. "),
    ]
    for words, expected in steps:
        if expected not in (printed := somebody.types(*words)):
            yield expected, printed
    for typed, question in SLIPS:
        if question not in (printed := somebody.is_refused(*typed.split())):
            yield question, printed
    written: set[str] = set()
    for mistake in MISTAKES:
        if mistake.file not in written:
            somebody.writes(mistake.file)
            written.add(mistake.file)
        if mistake.sentence not in (printed := somebody.makes(mistake)):
            yield mistake.sentence, printed
    for words, expected in [
        (("m0", "--no-train"), "96 of 100 points"),
        (("m0.linear",), "22 of 22 points · all passed"),
    ]:
        if expected not in (printed := somebody.types(*words)):
            yield expected, printed


if __name__ == "__main__":
    sys.exit(main())
