"""How many values a message holds, counted before any of them is made.

An empty list is one byte of a message and sixty in memory: whoever may send 64 MiB could fill four gigabytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import msgspec

from dlf_grader.failures import DlfError

if TYPE_CHECKING:
    from typing_extensions import Buffer

ITEMS_LIMIT = 1 << 20


class ProtocolError(DlfError):
    """A message, or a value in one, is not what the protocol allows."""


# MessagePack's head bytes: how many bytes of size follow, and what the size counts
BYTES, EXTENSION, ITEMS, PAIRS, FIXED = range(5)
HEADS = {
    **{0xC4 + n: (1 << n, BYTES) for n in range(3)},
    **{0xC7 + n: (1 << n, EXTENSION) for n in range(3)},
    **{0xD9 + n: (1 << n, BYTES) for n in range(3)},
    **{0xDC + n: (2 << n, ITEMS) for n in range(2)},
    **{0xDE + n: (2 << n, PAIRS) for n in range(2)},
    0xCA: (4, FIXED),
    0xCB: (8, FIXED),
    **{0xCC + n: (1 << n, FIXED) for n in range(4)},
    **{0xD0 + n: (1 << n, FIXED) for n in range(4)},
    **{0xD4 + n: (1 + (1 << n), FIXED) for n in range(5)},
}
SIZES = {1: struct.Struct(">B"), 2: struct.Struct(">H"), 4: struct.Struct(">I")}


def too_many(data: Buffer, limit: int = ITEMS_LIMIT) -> bool:
    """Whether a message holds more values than `limit`; of a malformed one, what can be read of it."""
    view = memoryview(data)
    if len(view) <= limit:  # every value is at least a byte
        return False
    at, left, seen = 0, 1, 0
    while left and at < len(view):
        seen += 1
        if seen > limit:
            return True
        head = view[at]
        at, left = at + 1, left - 1
        if head in HEADS:
            width, what = HEADS[head]
            if what == FIXED:
                at += width
                continue
            if at + width > len(view):
                return False
            (size,) = SIZES[width].unpack_from(view, at)
            at += width
            if what in (ITEMS, PAIRS):
                left += size * (1 if what == ITEMS else 2)
            else:
                at += size + (what == EXTENSION)
        elif 0x80 <= head <= 0x8F:
            left += 2 * (head & 0x0F)
        elif 0x90 <= head <= 0x9F:
            left += head & 0x0F
        elif 0xA0 <= head <= 0xBF:
            at += head & 0x1F
    return False


def decode_inner(data: Buffer) -> Any:
    """A MessagePack value inside another.

    Raises:
        ProtocolError: it is malformed, or holds too many values.
    """
    if too_many(data):
        raise ProtocolError(f"more than {ITEMS_LIMIT} values in one")
    try:
        return msgspec.msgpack.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ProtocolError("a malformed value") from error
