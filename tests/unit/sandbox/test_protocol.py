import base64
import contextlib
import re
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from dlf_grader.sandbox.arrays import DTYPES
from dlf_grader.sandbox.channel import read_reply
from dlf_grader.sandbox.items import ProtocolError, too_many
from dlf_grader.sandbox.protocol import (
    EXT_ARRAY,
    EXT_TUPLE,
    LENGTH,
    Call,
    Handle,
    Request,
    Tensor,
    Values,
    decode_reply,
    decode_request,
    encode_message,
    pack_value,
    unpack_value,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

arrays = hnp.arrays(
    st.sampled_from(sorted(DTYPES)).map(np.dtype), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
)
FOUND_BY_FUZZING = (Path(__file__).parents[2] / "fuzz" / "inputs.txt").read_text(encoding="ascii").split()
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary()
values = st.recursive(
    scalars | arrays,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def across(value):
    """A value as it arrives on the other side."""
    frame = encode_message(Values(1, [pack_value(value)]))
    return unpack_value(decode_reply(frame).values[0])


def same(a, b) -> bool:
    if isinstance(a, np.ndarray):
        return type(b) is np.ndarray and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and (a == b or a != a)


@given(values)
def test_every_value_arrives_as_it_was(value):
    assert same(value, across(value))


def test_a_big_endian_array_arrives_with_the_same_numbers():
    array = np.arange(3, dtype=">f8")
    assert np.array_equal(across(array), array)


def test_a_numpy_scalar_arrives_as_an_array_without_axes():
    assert across(np.float32(1.5)).shape == ()
    assert across(np.float32(1.5)).dtype == np.float32


def test_a_handle_keeps_its_number_and_methods():
    handle = Handle(-3, "Conv2d", ("forward", "backward"))
    assert across(handle) == handle


def test_a_tensor_arrives_as_a_tensor():
    arrived = across(Tensor(np.ones((2, 3), np.float32)))
    assert isinstance(arrived, Tensor)
    assert arrived.array.shape == (2, 3)


class Liar(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, {3}, 2**64, 1j, np.array([object()]), np.array([1j]), np.zeros(1).view(Liar), lambda: None],
    ids=lambda value: re.sub(" at 0x[0-9a-f]+", "", repr(value)),  # the same in every process
)
def test_what_is_not_data_does_not_cross(value):
    with pytest.raises(ProtocolError):
        pack_value(value)


def test_a_value_that_holds_itself_does_not_cross():
    ring: list = []
    ring.append(ring)
    with pytest.raises(ProtocolError):
        pack_value(ring)


def test_an_array_over_the_limit_does_not_cross():
    with pytest.raises(ProtocolError, match="may cross"):
        pack_value(np.zeros(1000), limit=7999)


def read_whole(frame: bytes) -> None:
    """Read a worker's message as the grader does, down to the last value."""
    with contextlib.suppress(ProtocolError):
        reply = read_reply(frame)
        for value in getattr(reply, "values", [getattr(reply, "value", None)]):
            unpack_value(value)


@given(st.binary())
def test_arbitrary_bytes_are_a_reply_or_an_error_of_the_protocol(data):
    read_whole(data)


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_arbitrary_values_are_a_reply_or_an_error_of_the_protocol(value):
    read_whole(msgspec.msgpack.encode(value, enc_hook=repr))
    read_whole(msgspec.msgpack.encode({"type": "values", "id": 1, "values": [value]}, enc_hook=repr))


@pytest.mark.parametrize("line", FOUND_BY_FUZZING)
def test_what_fuzzing_found_is_a_reply_or_an_error_of_the_protocol(line):
    read_whole(base64.b64decode(line))


@pytest.mark.parametrize(
    ("head", "each", "count"),
    [(b"\xdd", b"\x90", 2**21), (b"\xdd", b"\xc0", 2**21), (b"\xdd", b"\x80", 2**21), (b"\xdf", b"\xa0\xc0", 2**20)],
)
def test_a_message_of_more_values_than_memory_is_refused_unread(head, each, count):
    frame = head + count.to_bytes(4, "big") + each * count
    assert too_many(frame)
    assert not too_many(frame[: len(frame) // 8])
    with pytest.raises(ProtocolError, match="values in one"):
        unpack_value(msgspec.msgpack.Ext(EXT_TUPLE, frame))


@given(values)
def test_an_honest_message_is_counted_to_its_end(value):
    frame = encode_message(Values(1, [pack_value(value)]))
    assert not too_many(frame)
    assert too_many(frame, limit=1)


@given(st.integers(0, 5), st.binary())
def test_arbitrary_bytes_in_an_extension_are_refused(code, data):
    with contextlib.suppress(ProtocolError):
        unpack_value(msgspec.msgpack.Ext(code, data))


@given(st.lists(st.integers(-2, 2**40), max_size=4), st.sampled_from(sorted(DTYPES)), st.integers(0, 64))
def test_an_array_that_lies_about_its_shape_is_refused(shape, dtype, size):
    head = msgspec.msgpack.encode([dtype, shape])
    wire = msgspec.msgpack.Ext(EXT_ARRAY, LENGTH.pack(len(head)) + head + bytes(size))
    honest = all(n >= 0 for n in shape) and int(np.prod(shape, dtype=object)) * int(dtype[1:]) == size
    if honest and np.prod([n for n in shape if n], dtype=object) < 2**60:
        assert unpack_value(wire).shape == tuple(shape)
    elif honest:  # a zero beside sizes that no array can have
        with contextlib.suppress(ProtocolError):
            unpack_value(wire)
    else:
        with pytest.raises(ProtocolError):
            unpack_value(wire)


def test_a_request_survives_the_trip():
    request = Request(3, [Call(0, "f", [1, "two"], {"k": None}, keep=4)])
    assert decode_request(encode_message(request)) == request


def test_an_unknown_field_is_refused():
    frame = msgspec.msgpack.encode({"type": "values", "id": 1, "values": [], "score": 100})
    with pytest.raises(msgspec.ValidationError):
        decode_reply(frame)


class Outcome(NamedTuple):
    outputs: float
    last: float


class Lying(tuple):
    """Says that it holds something else than it does."""

    __slots__ = ()

    def __iter__(self):
        return iter((1, 2, 3))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Outcome(1.0, 2.0), (1.0, 2.0)),
        (OrderedDict(W=1.0), {"W": 1.0}),
        (defaultdict(float, W=1.0), {"W": 1.0}),
        (Lying((7,)), (7,)),
    ],
)
def test_a_kind_of_tuple_or_dict_crosses_as_a_plain_one(value, plain):
    crossed = unpack_value(pack_value(value))
    assert crossed == plain
    assert type(crossed) is type(plain)
