import socket
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from dlf_grader.sandbox import worker
from dlf_grader.sandbox.protocol import (
    LENGTH,
    Call,
    Drop,
    Get,
    Load,
    Put,
    Raised,
    Request,
    Set,
    Values,
    decode_reply,
    encode_message,
    pack_value,
    unpack_value,
)


class Asking:
    """The grader's end of a worker on the trusted side, which runs in a thread of this process."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, message):
        frame = encode_message(message)
        self.connection.sendall(LENGTH.pack(len(frame)) + frame)
        (length,) = LENGTH.unpack(self.connection.recv(LENGTH.size, socket.MSG_WAITALL))
        return decode_reply(self.connection.recv(length, socket.MSG_WAITALL))

    def __call__(self, *operations):
        reply = self.send(Request(1, list(operations)))
        return [unpack_value(value) for value in reply.values] if isinstance(reply, Values) else reply


@contextmanager
def serving(module):
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=worker.run, args=(theirs,))
    thread.start()
    asking = Asking(ours)
    assert asking.send(Load("", module, "numpy", "", "", 0)) == Values(0, [])
    yield asking
    ours.close()
    thread.join()
    theirs.close()


@pytest.fixture
def ask():
    with serving("types") as asking:
        yield asking


def test_operations_are_done_in_order_and_each_has_one_value(ask):
    made, _, read = ask(Call(0, "SimpleNamespace", [], {"x": 1}, keep=1), Set(1, "x", 2), Get(1, "x"))
    assert (made.number, made.type_name) == (1, "SimpleNamespace")
    assert read == 2


def test_the_first_operation_that_raises_ends_the_request_and_says_which_it_was(ask):
    reply = ask(Put(1, pack_value([])), Get(1, "nothing"), Put(2, None))
    assert isinstance(reply, Raised)
    assert (reply.at, reply.kind, reply.not_written) == (1, "AttributeError", False)
    assert ask(Get(2, "")).kind == "KeyError"


def test_what_was_dropped_is_gone_and_the_module_stays(ask):
    ask(Put(1, pack_value([1])))
    ask(Drop())
    assert ask(Get(1, "")).kind == "KeyError"
    assert ask(Call(0, "SimpleNamespace", [], keep=1))[0].number == 1


def test_a_part_of_an_object_can_be_read_and_set_by_a_dotted_name(ask):
    part = ask(Call(0, "SimpleNamespace", [], {"W": 1}, keep=1))[0]
    ask(Call(0, "SimpleNamespace", [], {"part": pack_value(part)}, keep=2))
    assert ask(Get(2, "part.W"), Set(2, "part.W", 5), Get(1, "W")) == [1, None, 5]


def test_a_strided_array_holds_the_same_numbers_in_memory_that_is_not_contiguous():
    array = np.arange(6.0).reshape(2, 3)
    strided = worker._strided(array)
    assert np.array_equal(strided, array)
    assert not strided.flags["C_CONTIGUOUS"]


def test_a_name_that_is_missing_is_said_with_those_that_there_are(ask):
    reply = ask(Call(0, "Conv2d", []))
    assert reply.kind == "MissingName"
    assert reply.text.startswith("expected Conv2d in types, which defines ")


def test_a_dictionary_with_keys_that_are_not_text_stays_over_there(ask):
    (handle,) = ask(Call("builtins", "dict", [[[1, 2]]]))
    assert handle.type_name == "dict"
    assert handle.methods == ()


def test_a_subclass_of_an_array_is_no_answer(ask):
    reply = ask(Call("numpy.ma", "masked_array", [[1, 2]]))
    assert (reply.kind, reply.text.partition(",")[0]) == ("TypeError", "returned an object of type MaskedArray")
