import platform
import struct
import subprocess
import sys

import pytest
from dlf_grader.sandbox import seccomp


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_is_as_long_as_linux_allows_and_every_jump_stays_inside(machine):
    code = seccomp.assemble(seccomp.CALLS, machine, 1)
    steps = list(struct.iter_unpack("=HBBI", code))
    assert 100 < len(steps) < 4096
    for at, (_, if_true, if_false, _) in enumerate(steps):
        assert at + 1 + max(if_true, if_false) <= len(steps)


def test_every_group_has_calls_on_both_machines_and_no_number_is_in_two():
    for column in range(len(seccomp.MACHINES)):
        numbers = [found[column] for calls in seccomp.CALLS.values() for found in calls.values() if found[column]]
        assert len(numbers) == len(set(numbers))


@pytest.mark.skipif(not seccomp.supported(), reason="needs Linux with a filter of system calls")
@pytest.mark.parametrize(
    ("refused", "code", "ends"),
    [
        ((), "os.fork()", "PermissionError"),
        ((), "os.kill(1, 0)", "PermissionError"),
        ((), "os.kill(os.getpid(), 0)", ""),
        ((), "socket.socket()", ""),
        ((seccomp.SOCKETS,), "socket.socket()", "PermissionError"),
        ((seccomp.SOCKETS,), "socket.socketpair()", ""),
        ((), "os.utime('.')", ""),
        ((seccomp.METADATA,), "os.utime('.')", "PermissionError"),
        ((), "threading.Thread(target=int).start()", ""),
    ],
)
def test_refused_calls_are_an_error_and_others_go_on(tmp_path, refused, code, ends):
    program = (
        "import os, socket, threading\nfrom dlf_grader.sandbox import seccomp\n"
        f"assert seccomp.refuse(*{refused!r}) == []\n"
        f"try:\n    {code}\nexcept Exception as e:\n    print(type(e).__name__)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == ends


def test_a_machine_whose_calls_are_not_known_says_what_it_lacks(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    assert seccomp.refuse() == ["a filter of system calls"]
