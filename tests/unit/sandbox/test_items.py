import msgspec
import pytest
from dlf_grader.sandbox.items import too_many
from hypothesis import given
from hypothesis import strategies as st

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary()
nested = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def counted(value):
    """How many values a message of this one holds, keys included."""
    if isinstance(value, list):
        return 1 + sum(map(counted, value))
    return 1 + sum(1 + counted(item) for item in value.values()) if isinstance(value, dict) else 1


@given(nested)
def test_every_value_and_key_is_counted_once(value):
    message = msgspec.msgpack.encode([value] * 2)
    count = counted([value] * 2)
    assert not too_many(message, limit=count)
    assert too_many(message, limit=count - 1)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65_535, 65_536])
def test_the_bytes_of_a_value_are_skipped_not_counted(size):
    message = msgspec.msgpack.encode([bytes(size), "x" * size, msgspec.msgpack.Ext(1, bytes(size)), None])
    assert not too_many(message, limit=5)
    assert too_many(message, limit=4)


@given(st.binary(), st.integers(0, 8))
def test_arbitrary_bytes_are_counted_to_an_end(data, limit):
    assert too_many(data, limit) in (True, False)
