"""Feeds the decoder of workers' messages with bytes until one ends in an exception that is not the protocol's own.

    pip install -e .[fuzz]
    python tests/fuzz/decoder.py 600            seconds; what reached new code is kept in tests/fuzz/inputs.txt

Every kept input is run by `tests/unit/sandbox/test_protocol.py`.
"""

from __future__ import annotations

import base64
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

KEPT = Path(__file__).with_name("inputs.txt")
LONGEST = 4096  # bytes of an input
KEPT_LONGEST, KEPT_MOST = 512, 400  # bytes of a kept input, and how many are kept, shortest first


def fuzz(arguments: list[str]) -> None:
    """Run atheris, which does not come back."""
    import atheris

    with atheris.instrument_imports(include=["dlf_grader"]):
        from dlf_grader.sandbox.channel import read_reply
        from dlf_grader.sandbox.items import ProtocolError
        from dlf_grader.sandbox.protocol import unpack_value

    def one(data: bytes) -> None:
        with contextlib.suppress(ProtocolError):
            reply = read_reply(data)
            for value in getattr(reply, "values", [getattr(reply, "value", None)]):
                unpack_value(value)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def first_inputs() -> list[bytes]:
    """A message of every kind, to begin with."""
    import numpy as np
    from dlf_grader.sandbox import protocol as p

    values = [None, True, -1, 2.5, "text", b"bytes", [1, [2]], (1, (2,)), {"key": [3]}, np.arange(3), np.float32(1)]
    packed = [
        p.pack_value(value) for value in (*values, p.Tensor(np.ones((2, 1))), p.Handle(-3, "Conv2d", ("forward",)))
    ]
    frame = p.WireFrame("m1_cnn/conv.py", 3, "forward")
    messages = [p.Values(1, [value]) for value in packed]
    messages += [p.Values(2, packed), p.Raised(3, 0, "ValueError", "text", [frame], False), p.Refused("text", [frame])]
    messages += [p.Confined(["text"]), p.Unable("text"), p.Progress(4, packed[8])]
    return [p.encode_message(message) for message in messages]


def main() -> int:
    """Fuzz for so many seconds, and keep what was found."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    with tempfile.TemporaryDirectory() as folder:
        kept = KEPT.read_text(encoding="ascii").split() if KEPT.exists() else []
        for number, data in enumerate([*first_inputs(), *map(base64.b64decode, kept)]):
            Path(folder, f"{number}").write_bytes(data)
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1", "-verbosity=0"]
        code = f"import sys; sys.path.insert(0, {str(KEPT.parent)!r}); import decoder; decoder.fuzz(sys.argv[1:])"
        done = subprocess.run([sys.executable, "-c", code, folder, *options], check=False, cwd=folder)
        found = sorted((path.read_bytes() for path in Path(folder).iterdir()), key=lambda data: (len(data), data))
    short = [data for data in dict.fromkeys(found) if len(data) <= KEPT_LONGEST][:KEPT_MOST]
    KEPT.write_text("".join(base64.b64encode(data).decode() + "\n" for data in short), encoding="ascii")
    print(f"{len(short)} inputs kept of {len(found)}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
