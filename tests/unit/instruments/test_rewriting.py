"""Changes of a network's file that may repair its training: which there are, and which of them is told."""

import ast

import pytest
from dlf_grader.failures import LearnerError
from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.autopsy.located import line_at_fault, line_behind
from dlf_grader.instruments.autopsy.rewriting import line_of_mode, rewritings
from dlf_grader.instruments.autopsy.trials import Trials
from dlf_grader.instruments.edits.one_step import functions
from dlf_reference.training.autopsy.measured import AS_IT_IS, Trial


def module(*lines, name="forward"):
    body = "\n".join(f"        {line}" for line in lines)
    return ast.parse(f"class Net:\n    def {name}(self, x, mask):\n{body}\n")


def bodies(found, name="Net.forward"):
    """What each change makes of a function."""
    sources = [edit.source for each in found for edit in each.edits]
    return ["; ".join(map(ast.unparse, functions(ast.parse(source))[name].body)) for source in sources]


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("return self.head(x.softmax(dim=-1))", "return self.head(x)"),
        ("return self.head(self.norm(x))", "return self.head(x)"),
        ("return F.dropout(x, 0.9)", "return F.dropout(x, 0.1)"),
        ("return F.dropout(x, 0.1)", "return F.dropout(x, 0.1, training=self.training)"),
        ("return x.mean(dim=1)", "return x.mean(dim=2)"),
        ("return x.transpose(0, 1)", "return x.transpose(0, 2)"),
        ("return x.masked_fill(mask, -9.0)", "return x.masked_fill(~mask, -9.0)"),
        ("return x.sort(dim=1).values", "return x"),
        ("return x.max(dim=1)[0]", "return x"),
        ("return x[:, 0]", "return x[:, -1]"),
        ("return x[::-1]", "return x[:]"),
        ("return self.block(self.norm(x))", "return x + self.block(self.norm(x))"),
        ("return x + self.block(x)", "return self.block(x)"),
        ("return x.triu()", "return x.triu(diagonal=1)"),
        ("return x if self.training else self.copy(x)", "return x"),
        ("return x.pool(mask < 3)", "return x.pool(mask >= 3)"),
    ],
)
def test_a_slip_in_a_network_is_taken_back(line, repaired):
    assert repaired in bodies(rewritings(module(line)))


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("self.net = nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=1))", "self.net = nn.Sequential(nn.Linear(3, 4))"),
        ("self.rnn = nn.LSTM(3, 4)", "self.rnn = nn.LSTM(3, 4, batch_first=True)"),
        ("self.norm = nn.BatchNorm2d(3, momentum=1e-06)", "self.norm = nn.BatchNorm2d(3)"),
        ("self.norm = nn.RMSNorm(3, eps=1e6)", "self.norm = nn.RMSNorm(3, eps=1e-06)"),
    ],
)
def test_so_is_a_slip_where_layers_are_made(line, repaired):
    assert repaired in bodies(rewritings(module(line, name="__init__")), "Net.__init__")


def test_sizes_and_conditions_that_raise_are_left_alone():
    lines = ("if x.ndim != 4:", "    raise ValueError(x)", "return self.fc(x)")
    assert not any("ndim" in each.edits[0].before for each in rewritings(module(*lines)))
    made = bodies(rewritings(module("self.fc = nn.Linear(3, 4)", name="__init__")), "Net.__init__")
    assert all("nn.Linear(3, 4)" in body for body in made if body != "pass")


def test_an_expression_that_stands_in_two_places_is_changed_in_both_first():
    lines = ("self.first = nn.RMSNorm(8, eps=1e6)", "self.second = nn.RMSNorm(8, eps=1e6)")
    made = bodies(rewritings(module(*lines, name="__init__")), "Net.__init__")
    both, one = "self.first = nn.RMSNorm(8); self.second = nn.RMSNorm(8)", "self.first = nn.RMSNorm(8); self.second"
    assert made.index(both) < next(at for at, body in enumerate(made) if body.startswith(one) and body != both)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("nn.init.zeros_(self.weight)",), "Without `nn.init.zeros_(self.weight)`"),
        (("if not self.training:", "    x = x / 255", "return x"), "With `False` in place of `not self.training`"),
        (("return self.head(self.norm(x))",), "With `self.head(x)` in place of `self.head(self.norm(x))`"),
    ],
)
def test_a_change_is_told_with_the_learners_own_code(lines, told):
    assert told in [each.told for each in rewritings(module(*lines))]


# -- which is told --------------------------------------------------------------------------------


LINES = ("x = self.norm(x)", "return self.head(x)")
NAMES = {each.told: each.name for each in rewritings(module(*LINES))}
DROPPED, BYPASSED = NAMES["Without `x = self.norm(x)`"], NAMES["With `x` in place of `self.norm(x)`"]


def told(ends, seconds=60.0):
    """What is told where trials end so: as it is, and after some changes; the others raise."""

    def attempt(change, seed, steps, rows):
        if change not in ends:
            raise LearnerError("NameError", "h", (), "forward")
        return Trial((2.3,) * steps, ends[change])

    trials = Trials(attempt, steps=20, chance=2.3, until=float("inf") if seconds else 0.0)
    trials.of(AS_IT_IS)
    return line_at_fault(trials, rewritings(module(*LINES)), "net.py", learnt=1.1, show=lambda words: None)


def test_a_line_is_named_if_a_change_of_it_repairs_learning():
    found = told({AS_IT_IS: 2.3, DROPPED: 0.1})
    assert found.cause.id == "line-at-fault"
    assert found.cause.text == (
        "Line 3 of net.py keeps it from learning. "
        "Without `x = self.norm(x)` the loss on 16 examples is 0.1 after 20 steps instead of 2.3."
    )


def test_of_changes_that_repair_it_alike_the_likeliest_is_told():
    found = told({AS_IT_IS: 2.3, DROPPED: 0.05, BYPASSED: 0.03})
    assert "Without `x = self.norm(x)`" in found.cause.text


def test_of_changes_that_do_not_the_best_is_told():
    found = told({AS_IT_IS: 2.3, DROPPED: 1.0, BYPASSED: 0.03})
    assert "With `x` in place of" in found.cause.text


@pytest.mark.parametrize("reached", [1.2, 2.0, 2.3])
def test_no_line_is_named_if_no_change_repairs_learning(reached):
    assert told({AS_IT_IS: 2.3, DROPPED: reached}).cause is None


def test_without_time_no_line_is_named_and_that_is_said():
    found = told({AS_IT_IS: 2.3, DROPPED: 0.1}, seconds=0)
    assert found.cause is None
    assert found.untried == ("a change of one line",)


@pytest.mark.parametrize(("as_it_is", "named"), [(2.0, True), (0.9, False)])
def test_where_trials_are_too_short_to_decide_longer_ones_do_if_the_model_as_it_is_gets_nowhere_in_them(
    as_it_is, named
):
    short = {AS_IT_IS: (2.0, 2.1, 1.9), DROPPED: (0.9, 1.5, 1.6)}

    def attempt(change, seed, steps, rows):
        if change not in short:
            raise LearnerError("NameError", "h", (), "forward")
        longer = {AS_IT_IS: as_it_is, DROPPED: 0.1}
        return Trial((2.3,) * steps, short[change][seed - 1] if steps <= 20 else longer[change])

    trials = Trials(attempt, steps=20, chance=2.3, until=float("inf"))
    found = line_at_fault(trials, rewritings(module(*LINES)), "net.py", learnt=1.6, show=lambda words: None)
    assert (found.cause is not None) == named
    assert not named or "is 0.1 after 60 steps instead of 2." in found.cause.text


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (("x = x.flip(0) if self.training else x", "return x"), 3),
        (("x = F.dropout(x, 0.1, self.training)", "return x if self.training else 2 * x"), 0),
        (("return x",), 0),
    ],
)
def test_the_only_line_that_reads_the_mode_is_known(lines, line):
    assert line_of_mode(module(*lines), "Net") == line
    assert line_of_mode(module(*lines), "Other") == 0


# -- which takes a symptom away -------------------------------------------------------------------


def behind(gone, ends):
    """What is said of changes with which a symptom is gone, and of where their trials end."""

    def attempt(change, seed, steps, rows):
        return Trial((2.3,) * steps, ends[change])

    trials = Trials(attempt, steps=20, chance=2.3, until=float("inf"))
    candidates = rewritings(module(*LINES))
    return line_behind(trials, candidates, lambda each: each.name in gone, "net.py", lambda words: None)


def test_of_the_changes_that_take_a_symptom_away_the_one_that_learns_best_is_told():
    found = behind([DROPPED, BYPASSED], {AS_IT_IS: 2.0, DROPPED: 1.9, BYPASSED: 0.4})
    assert found.cause.text.startswith("Line 3 of net.py keeps it from learning. With `x` in place of `self.norm(x)` ")


def test_a_change_that_takes_a_symptom_away_and_hardly_helps_is_not_told():
    assert behind([DROPPED], {AS_IT_IS: 2.0, DROPPED: 1.9}) == Finding()


def test_where_no_change_takes_a_symptom_away_no_line_is_told():
    assert behind([], {AS_IT_IS: 2.0}) == Finding()
