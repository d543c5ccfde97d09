"""Why a PyTorch model gives two different inputs the same logits, or nearly the same."""

from __future__ import annotations

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.measured import Replaced, measured
from dlf_grader.instruments.parameters import FADES, IDLE, SMALL_INPUT, Inputs, two_rows
from dlf_grader.instruments.places import line_of, line_where, place_where
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

SAME = 1e-5  # of the logits' size; less is rounding
CLEARLY, EXACT = 10, 1e-12  # times as far apart; of the logits' size, in float64
CONSTANT = Diagnosis("same-for-all", "Follow the input through forward: something cuts it off before the last layer.")
IDS_MERGED = Diagnosis(
    "ids-merged",
    "It makes one id of several. Look tokens up as they are: do not clamp, divide or narrow their ids.",
)
KNOWN_OF_THE_SAME = (CONSTANT, IDS_MERGED, SMALL_INPUT, FADES)


def same_for_all(submission: Submission, model: Remote, at: Counterexample, inputs: Inputs) -> CheckFailure:
    """What to say of logits that do not follow from the input, or hardly."""
    rows = two_rows(inputs)
    apart = _told_apart(submission, model, *rows[0], *rows[1])
    nearly = "two different inputs get nearly the same logits"
    if apart.get("standardised", 0.0) > CLEARLY * max(SAME, apart.get("exactly", 0.0)):
        return CheckFailure(f"{nearly}. The first layer is given numbers of the wrong size", at, (SMALL_INPUT,))
    if apart.get("exactly", 0.0) > EXACT:
        fades = line_where("fades", submission, model, *rows)
        return CheckFailure(nearly, at, (FADES,) if fades else (), fades)
    place = place_where("difference_lost", submission, model, *rows)
    known = IDS_MERGED if place.kind == "ids" and inputs[0].dtype.kind == "i" else CONSTANT
    return CheckFailure("two different inputs get the same logits", at, (known,), line_of(place, submission.file))


def _told_apart(submission: Submission, model: Remote, *rows: Array) -> dict[str, float]:
    try:
        return measured(dict[str, float], submission, f"{IDLE}:told_apart", model, *rows)
    except (LearnerError, Replaced):  # a model that is no other in float64 is judged by its float32
        return {}
