from typing import get_args

from dlf_grader import model
from dlf_grader.sandbox.engines import MAY_IMPORT, Engine


def test_the_sandbox_and_the_model_know_the_same_engines():
    assert get_args(Engine) == get_args(model.Engine) == tuple(MAY_IMPORT)


def test_an_exercise_may_import_its_engine_and_what_that_is_used_with():
    assert MAY_IMPORT["numpy"] == {"numpy"}
    assert MAY_IMPORT["torch"] == {"numpy", "torch"}
