"""Defaults of hyper-parameters: which one is wrong follows from giving each of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlf_grader.instruments.case import Answer, Case
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, mistake

SEVERAL = "several-defaults"


def wrong_defaults(defaults: Mapping[str, Any], about: str) -> tuple[Mistake, ...]:
    """A mistake for each option whose default may be wrong, and one for several that are.

    Args:
        defaults: the right ones.
        about: the tensor in which a wrong one shows.
    """
    single = tuple(
        mistake(
            f"default-{option}",
            about,
            _only({option: value}),
            f"The default of {option} is wrong: it is {value!r}.",
        )
        for option, value in defaults.items()
    )
    if len(defaults) < 2:
        return single
    text = f"Several defaults are wrong: {', '.join(f'{option} = {value!r}' for option, value in defaults.items())}."
    return (*single, mistake(SEVERAL, about, _only(defaults), text))


def _only(options: Mapping[str, Any]) -> Any:
    """The learner's own answer, if it is right as soon as these options are given."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        left_out = {option: value for option, value in options.items() if option not in case.init}
        if not left_out:
            return None
        given: Answer = ask.learner(replace(case, init=case.init | left_out))
        if not close(given.get(tensor), ask(case)[tensor], 1e-8):
            raise ValueError("it is wrong with these options given, too")
        return ask.learner(case).get(tensor)

    return answer
