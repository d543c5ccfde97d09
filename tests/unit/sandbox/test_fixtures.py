import copy

import numpy as np
from dlf_grader.sandbox import fixtures

RNG = np.random.default_rng(5)


def differences(function, x, step=1e-6):
    """Central differences of a function with a number as its value."""
    gradient = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at], down[at] = up[at] + step, down[at] - step
        gradient[at] = (function(up) - function(down)) / (2 * step)
    return gradient


def test_differences_of_the_quadratic_are_exact_whatever_the_step():
    w, v, x = RNG.standard_normal((3, 2, 2))
    quadratic = fixtures.Quadratic(w, v)
    exact = 2 * np.sum(w * x) * w + v
    for step in (1.0, 0.1):
        np.testing.assert_allclose(differences(quadratic, x, step), exact)
    assert quadratic.calls == 16


def test_the_layers_send_back_their_gradient_except_where_that_is_the_point():
    x, g = RNG.standard_normal((2, 3, 4))
    layers = [
        (fixtures.affine(RNG.standard_normal((4, 4)), None, {}), 1.0),
        (fixtures.affine(RNG.standard_normal((4, 4)), np.ones(4), {"x": 2.0}), 2.0),
        (fixtures.scale(RNG.standard_normal(4), {}), 1.0),
        (fixtures.power(3), 1.0),
        (fixtures.centre(1.5), 1.5),
    ]
    for (layer, forwards), factor in layers:
        true = differences(lambda z, layer=layer: np.sum(g * layer.forward(z)), x)
        layer.forward(x)
        np.testing.assert_allclose(layer.backward(g), factor * true, atol=1e-7)
        assert forwards() == 2 * x.size + 1


def test_the_centred_layers_backward_is_right_for_ones_alone():
    x = RNG.standard_normal((3, 4))
    layer, _ = fixtures.centre(3.0)
    true = differences(lambda z: np.sum(layer.forward(z)), x)
    np.testing.assert_allclose(true, layer.backward(np.ones((3, 4))), atol=1e-8)


def test_no_attribute_of_a_layer_tells_what_is_wrong_with_it():
    layer, _ = fixtures.affine(np.ones((2, 2)), np.ones(2), {"W": 2.5})
    assert set(vars(layer)) == {"W", "b"}
    copied = copy.deepcopy(layer)
    copied.forward(np.ones((1, 2)))
    copied.backward(np.ones((1, 2)))
    assert copied.dL_dW[0, 0] == 2.5


def test_sums_and_doublings_are_what_they_say():
    assert fixtures.sum_of_many(3, 10) == 33
    assert fixtures.doubled_often(3, 10) == 3 * 2**10


def test_a_module_gets_its_attributes_in_order():
    set_in_order = []

    class Base:
        def __setattr__(self, name, value):
            set_in_order.append(name)
            super().__setattr__(name, value)

    module = fixtures.module_of(Base, second=2, first=1)
    assert isinstance(module, Base)
    assert set_in_order == ["second", "first"]
