"""How an array crosses: dtype and shape, then its bytes, little-endian."""

from __future__ import annotations

import math
import struct
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dlf_grader.sandbox.items import ProtocolError, decode_inner

if TYPE_CHECKING:
    from typing_extensions import Buffer

LENGTH = struct.Struct(">Q")
DTYPES = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"])
LONGEST_HEAD = 1024  # bytes before the numbers; the most axes that NumPy has take a third of it


def pack_array(array: np.ndarray, limit: int) -> bytes:
    """An array's bytes, after a head that says what they are.

    Args:
        array: of one of `DTYPES`, in any memory layout.
        limit: bytes of the largest that may cross.
    """
    dtype, shape = array.dtype, array.shape
    head = _head(dtype, shape)
    if array.nbytes > limit:
        size = f"{array.nbytes >> 20} MiB where at most {limit >> 20} MiB may cross"
        raise ProtocolError(f"an array of shape {shape}, {size}")
    if not dtype.isnative or sys.byteorder == "big":
        array = array.astype(dtype.newbyteorder("<"))
    return head + array.tobytes()


@lru_cache(maxsize=1024)
def _head(dtype: np.dtype, shape: tuple[int, ...]) -> bytes:
    name = dtype.str[1:]
    if name not in DTYPES:
        raise ProtocolError(f"an array of dtype {dtype}")
    head = msgspec.msgpack.encode([name, list(shape)])
    return LENGTH.pack(len(head)) + head


def unpack_array(data: Buffer) -> np.ndarray:
    """The array again, its base class only, in memory of its own.

    Raises:
        ProtocolError: the bytes are not what `pack_array` gives.
    """
    view = memoryview(data)
    if len(view) < LENGTH.size:
        raise ProtocolError("a truncated array")
    start = LENGTH.size + LENGTH.unpack_from(view)[0]
    if start > len(view):
        raise ProtocolError("a truncated array")
    if start > LONGEST_HEAD:
        raise ProtocolError("an array with a malformed head")
    dtype, shape, size = _read_head(bytes(view[LENGTH.size : start]))
    if size != len(view) - start:
        raise ProtocolError("an array whose bytes do not fit its shape")
    try:
        return np.frombuffer(view, dtype, offset=start).reshape(shape).copy()
    except ValueError as error:
        raise ProtocolError("an array of an impossible shape") from error


@lru_cache(maxsize=1024)
def _read_head(head: bytes) -> tuple[np.dtype, tuple[int, ...], int]:
    """An array's dtype, shape and size in bytes; the same few heads come again and again."""
    match decode_inner(head):
        case [str(dtype), list(shape)] if dtype in DTYPES and all(type(n) is int and n >= 0 for n in shape):
            # Python's own integers do not overflow; np.reshape refuses too many axes, and absurd sizes beside a zero
            return np.dtype("<" + dtype), tuple(shape), math.prod(shape) * int(dtype[1:])
        case _:
            raise ProtocolError("an array with a malformed head")
