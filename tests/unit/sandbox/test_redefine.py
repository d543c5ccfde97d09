import types

import pytest
from dlf_grader.sandbox.redefine import redefine

TEXT = """
STEP = 2

class Layer:
    def forward(self, x, times=1):
        return x * STEP * times

    @property
    def size(self):
        return 1

    @staticmethod
    def helper(x):
        return x

class Sub(Layer):
    def forward(self, x):
        return super().forward(x) + 1

def double(x):
    return 2 * x

alias = double
"""


@pytest.fixture
def module():
    made = types.ModuleType("m")
    exec(TEXT, vars(made))
    return made


def test_an_object_that_is_there_already_runs_the_new_code_in_its_own_module(module):
    layer = module.Layer()
    redefine(
        module, "Layer.forward", "class Layer:\n    def forward(self, x, times=3):\n        return x + STEP * times"
    )
    module.STEP = 10
    assert layer.forward(1) == 31


def test_whoever_imported_the_function_earlier_runs_the_new_code(module):
    redefine(module, "double", "def double(x):\n    return 3 * x")
    assert module.alias(2) == 6


def test_properties_static_methods_and_super_can_be_redefined(module):
    redefine(module, "Layer.size", "class Layer:\n    @property\n    def size(self):\n        return 5")
    redefine(module, "Layer.helper", "class Layer:\n    @staticmethod\n    def helper(x):\n        return -x")
    redefine(module, "Sub.forward", "class Sub:\n    def forward(self, x):\n        return super().forward(x) + 7")
    assert (module.Layer().size, module.Layer.helper(1), module.Sub().forward(1)) == (5, -1, 9)


def test_a_function_that_is_not_there_is_an_error(module):
    with pytest.raises(KeyError):
        redefine(module, "Layer.backward", "class Layer:\n    def backward(self):\n        pass")
