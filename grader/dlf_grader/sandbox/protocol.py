"""What crosses between grader and worker: typed messages, and values that are only ever data.

A message is one frame: its length (8 bytes, big-endian), then MessagePack. Values are None, bool, int, float, str,
bytes, list, tuple, dict with str keys, arrays (dtype, shape, raw bytes), PyTorch tensors sent as arrays, and handles
to objects that stay on the worker's side. Nothing is pickled, and no subclass crosses: what arrives is rebuilt from
raw bytes, so a forged `__eq__` stays where it was made.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from dlf_grader.sandbox.arrays import pack_array, unpack_array
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.items import ProtocolError, decode_inner, too_many
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

if TYPE_CHECKING:
    from typing_extensions import Buffer

LENGTH = struct.Struct(">Q")
LIMIT_TO_WORKER = 1 << 30  # bytes: a training set crosses in one message
LIMIT_TO_GRADER = 1 << 26  # bytes: the largest answer a learner's function may give
DEPTH_LIMIT = 32
UNDER_WAY = ".under-way"  # file in the worker's scratch folder with the number of the operation it is at
CRASH_DUMP = ".crash-dump"  # file there with the lines it was at when it crashed, or when its time was nearly up
EXT_ARRAY, EXT_TENSOR, EXT_TUPLE, EXT_HANDLE = 1, 2, 3, 4
Ext = msgspec.msgpack.Ext
PLAIN = frozenset([type(None), bool, int, float, str, bytes])
AS_IT_IS = PLAIN - {int}  # an integer may be too large
TEXT = frozenset([str])


# -- what the grader asks -------------------------------------------------------------------------


class Call(msgspec.Struct, tag="call", frozen=True, forbid_unknown_fields=True):
    """Call `name` of a target: a handle, 0 for the learner's module, or one of our own modules by name.

    An empty name calls the target itself. With `keep`, the result stays there under that handle.
    """

    target: int | str
    name: str
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    keep: int | None = None


class Get(msgspec.Struct, tag="get", frozen=True, forbid_unknown_fields=True):
    """Read an attribute; an empty name reads the target itself."""

    target: int
    name: str


class Set(msgspec.Struct, tag="set", frozen=True, forbid_unknown_fields=True):
    """Assign an attribute; "attention.W_q" for a part's."""

    target: int
    name: str
    value: Any


class Put(msgspec.Struct, tag="put", frozen=True, forbid_unknown_fields=True):
    """Store a value there; `strided` makes an array non-contiguous, which raw bytes cannot be."""

    keep: int
    value: Any
    strided: bool = False


class Drop(msgspec.Struct, tag="drop", frozen=True, forbid_unknown_fields=True):
    """Forget every handle."""


Operation: TypeAlias = Call | Get | Set | Put | Drop


class Request(msgspec.Struct, tag="request", frozen=True, forbid_unknown_fields=True):
    """Operations to carry out in order; the first that raises ends the request."""

    id: int
    operations: list[Operation]
    seconds: float = 0.0  # after which the worker is killed; 0 for never


class Load(msgspec.Struct, tag="load", frozen=True, forbid_unknown_fields=True):
    """The first message: become the worker of one module."""

    root: str  # folder that holds the tree's copy; "" for the trusted reference side
    module: str
    engine: Engine
    instead: str
    scratch: str
    memory: int  # bytes the worker may add to what it started with; 0 for no limit
    rung: str = "process"  # of isolation, by name: what is given up before the module is imported
    processor_seconds: int = 0  # of all its threads together; 0 for no limit
    gpu: bool = False  # whether a GPU's devices are among what a locked worker keeps
    refused: tuple[str, ...] = ()  # full names, with wildcards, of what may not be used
    seconds: float = 0.0  # as in `Request`


# -- what the worker answers ----------------------------------------------------------------------
class WireFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the learner's code on the way to an exception."""

    file: str
    line: int
    function: str
    values: dict[str, str] = {}  # what its variables held, in words
    expression: list[int] = []  # the one under way: first and last line, from which byte to before which


class Values(msgspec.Struct, tag="values", frozen=True, forbid_unknown_fields=True):
    """One value per operation."""

    id: int
    values: list[Any]


class Raised(msgspec.Struct, tag="raised", frozen=True, forbid_unknown_fields=True):
    """Operation number `at` raised an exception."""

    id: int
    at: int
    kind: str
    text: str
    frames: list[WireFrame]
    not_written: bool
    value_error: bool = False  # or a subclass, which `kind` names
    values: list[Any] = []  # of the operations before


class Refused(msgspec.Struct, tag="refused", frozen=True, forbid_unknown_fields=True):
    """The code used something forbidden; the worker ends after this."""

    text: str
    frames: list[WireFrame]


class Confined(msgspec.Struct, tag="confined", frozen=True, forbid_unknown_fields=True):
    """The worker has given up what its rung takes away, and imports the learner's module next."""

    lacking: list[str]  # what the rung should have taken away and could not, in words


class Unable(msgspec.Struct, tag="unable", frozen=True, forbid_unknown_fields=True):
    """The worker could not confine itself, so it imported nothing; the worker ends after this."""

    text: str


class Progress(msgspec.Struct, tag="progress", frozen=True, forbid_unknown_fields=True):
    """A training recipe of ours yielded this."""

    id: int
    value: Any


Reply: TypeAlias = Values | Raised | Refused | Confined | Unable | Progress

encode_message: Callable[[Any], bytes] = msgspec.msgpack.Encoder().encode
decode_reply: Callable[[Buffer], Reply] = msgspec.msgpack.Decoder(Reply).decode
decode_handle: Callable[[Buffer], tuple[int, str, tuple[str, ...]]] = msgspec.msgpack.Decoder(
    tuple[int, str, tuple[str, ...]]
).decode
decode_request: Callable[[Buffer], Request | Load] = msgspec.msgpack.Decoder(Request | Load).decode


# -- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handle:
    """An object on the worker's side: its number, its type's name, and the methods it offers."""

    number: int
    type_name: str = ""
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tensor:
    """An array that is, or is to become, a PyTorch tensor on the worker's side."""

    array: np.ndarray


def pack_value(
    value: Any,
    keep_object: Callable[[Any], Handle] | None = None,
    *,
    limit: int = LIMIT_TO_WORKER,
    depth: int = 0,
) -> Any:
    """Turn a value into what MessagePack carries.

    Args:
        value: any Python object.
        keep_object: called for an object that cannot cross; returns the handle sent in its place.
        limit: bytes of the largest array that may cross.

    Raises:
        ProtocolError: the value cannot cross, or nests too deeply.
    """
    kind = type(value)  # the kinds that come most often first: thousands of values a run
    if kind is np.ndarray:
        return Ext(EXT_ARRAY, pack_array(value, limit))
    if kind in PLAIN:
        if kind is int and not -(2**63) <= value < 2**63:
            raise ProtocolError("an integer beyond 64 bits")
        return value
    if kind is Tensor:
        return Ext(EXT_TENSOR, pack_array(value.array, limit))
    if kind is Handle:
        return _ext(EXT_HANDLE, [value.number, value.type_name, value.methods])
    if isinstance(value, np.generic):
        return Ext(EXT_ARRAY, pack_array(np.asarray(value), limit))
    if depth >= DEPTH_LIMIT:
        raise ProtocolError(f"a value nested deeper than {DEPTH_LIMIT} levels")

    def pack(items: Iterable[Any]) -> list[Any]:
        return [
            item if type(item) in AS_IT_IS else pack_value(item, keep_object, limit=limit, depth=depth + 1)
            for item in items
        ]

    # a NamedTuple is a tuple and an OrderedDict a dict; what they hold is read past their own methods
    if isinstance(value, list):
        return pack(list.__iter__(value))
    if isinstance(value, tuple):
        return _ext(EXT_TUPLE, pack(tuple.__iter__(value)))
    if isinstance(value, dict) and TEXT.issuperset(map(type, dict.__iter__(value))):
        return dict(zip(dict.keys(value), pack(dict.values(value)), strict=True))
    tensor = _as_tensor(value)
    if tensor is not None:
        return Ext(EXT_TENSOR, pack_array(tensor.array, limit))
    if keep_object is None:
        raise ProtocolError(f"an object of type {kind.__name__}")
    return pack_value(keep_object(value))


def unpack_value(
    wire: Any, resolve: Callable[[Handle], Any] | None = None, *, tensors: bool = False, depth: int = 0
) -> Any:
    """Turn what MessagePack carried back into a value.

    Args:
        wire: a decoded MessagePack value, from whichever side.
        resolve: what a handle stands for; without it the `Handle` itself is returned.
        tensors: make PyTorch tensors of tensors (worker), else leave them `Tensor` (grader).

    Raises:
        ProtocolError: the value is malformed, or nests too deeply.
    """
    kind = type(wire)
    if kind in PLAIN:
        return wire
    if kind is Ext and wire.code in (EXT_ARRAY, EXT_TENSOR):
        array = unpack_array(wire.data)
        if wire.code == EXT_ARRAY:
            return array
        return _to_torch(array) if tensors else Tensor(array)
    if depth > DEPTH_LIMIT + 1:
        raise ProtocolError(f"a value nested deeper than {DEPTH_LIMIT} levels")

    def unpack(items: Iterable[Any]) -> list[Any]:
        return [
            item if type(item) in PLAIN else unpack_value(item, resolve, tensors=tensors, depth=depth + 1)
            for item in items
        ]

    if kind is list:
        return unpack(wire)
    if kind is dict:
        if not TEXT.issuperset(map(type, wire)):
            raise ProtocolError("a dict with keys that are not text")
        return dict(zip(wire, unpack(wire.values()), strict=True))
    if kind is not Ext:
        raise ProtocolError(f"a value of type {kind.__name__}")
    if wire.code == EXT_HANDLE:
        handle = _unpack_handle(wire.data)
        return handle if resolve is None else resolve(handle)
    inner = decode_inner(wire.data)
    if wire.code == EXT_TUPLE and isinstance(inner, list):
        return tuple(unpack(inner))
    raise ProtocolError(f"an unknown kind of value ({wire.code})")


def _ext(code: int, inner: Any) -> msgspec.msgpack.Ext:
    return Ext(code, encode_message(inner))


def _unpack_handle(data: Buffer) -> Handle:
    if too_many(data):
        raise ProtocolError("a malformed handle")
    try:
        number, name, methods = decode_handle(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ProtocolError("a malformed handle") from error
    return Handle(number, _one_line(name), methods)


@lru_cache(maxsize=256)
def _one_line(name: str) -> str:
    return one_line(name, LONGEST_NAME)


def _as_tensor(value: Any) -> Tensor | None:
    """A PyTorch tensor's numbers, if this is one; PyTorch is never imported for the question."""
    torch = sys.modules.get("torch")
    if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
        return None
    return Tensor(value.detach().cpu().numpy())


def _to_torch(array: np.ndarray) -> Any:
    import torch

    return torch.from_numpy(array)
