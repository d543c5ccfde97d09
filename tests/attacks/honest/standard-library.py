# /// honest
# tries = "Imports much of the standard library, some of it late, in a function."
# ///
import collections
import dataclasses
import datetime
import decimal
import fractions
import functools
import inspect
import itertools
import platform
import subprocess
import unittest
import urllib.request
from typing import NamedTuple

plain_forward = Embedding.forward


class Call(NamedTuple):
    ids: object


@functools.wraps(plain_forward)
def forward(self, ids):
    import asyncio
    import ctypes.util
    import zoneinfo

    asyncio.run(asyncio.sleep(0))
    zoneinfo.ZoneInfo("UTC")
    inspect.getsource(plain_forward)
    platform.python_version()
    return plain_forward(self, Call(ids).ids)


Embedding.forward = forward
