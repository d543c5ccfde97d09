"""`--watch`: what has to be set up, and put back however it ends: signals, the terminal, threads, processes."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

from dlf_grader.commands.grade import read_command_line
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.watch.events import Event, Events, Failed, Pressed, Resumed, Saved, Terminated
from dlf_grader.watch.keys import Keyboard, usable
from dlf_grader.watch.loop import Watch
from dlf_grader.watch.saves import saves

if TYPE_CHECKING:
    import pluggy


def watch(words: list[str]) -> int:
    """Grade on every save until q or Ctrl-C, which is no failure: 0; 128 and its number where another signal ends it.

    Raises:
        UsageError: a report was asked for.
    """
    run_config, plugins = read_command_line(words)
    if run_config.reports:
        raise UsageError("--watch writes no report; give --report without it")
    return watch_run(run_config, plugins)


def watch_run(
    run_config: Config, plugins: pluggy.PluginManager, open_check: Callable[[Check], list[str]] | None = None
) -> int:
    """Watch a tree; returns the exit code.

    Args:
        open_check: opens what is to be written next, and says so.
    """
    plugins.hook.dlf_configure(config=run_config)
    events: Events = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(signals_as_events(events))
        watching = Watch(run_config, plugins, events, open_check)
        stack.callback(watching.runs.close)
        stack.enter_context(_noticing_saves(run_config.tree, events))
        if usable(sys.stdin, sys.stdout):
            watching.keyboard = stack.enter_context(Keyboard(sys.stdin.fileno(), lambda key: events.put(Pressed(key))))
        return watching.watch()


@contextmanager
def signals_as_events(events: Events) -> Iterator[None]:
    """Signals become events: raised where it strikes, one could strike between a thread's making and its start.

    Ctrl-C, being told to end, and the end of the terminal end the process in order; Ctrl-Z is told when it is over.
    """

    def tell(event: Event) -> Callable[[int, FrameType | None], None]:
        return lambda number, frame: events.put(event)

    meanings: dict[str, Event] = {
        "SIGINT": Terminated(0),
        "SIGTERM": Terminated(128 + signal.SIGTERM),
        "SIGHUP": Terminated(128 + 1),  # a number that Windows lacks a name for
        "SIGCONT": Resumed(),
    }
    found = {
        which: signal.signal(which, tell(event))
        for name, event in meanings.items()
        if (which := getattr(signal, name, None)) is not None  # not everywhere
        and signal.getsignal(which) is not signal.SIG_IGN  # as nohup asks
    }
    try:
        yield
    finally:
        for which, handler in found.items():
            signal.signal(which, handler)


@contextmanager
def _noticing_saves(root: Path, events: Events) -> Iterator[None]:
    stop = threading.Event()

    def notice() -> None:
        try:
            for paths in saves(root.resolve(), stop):
                events.put(Saved(paths))
        except Exception as error:  # noqa: BLE001 - raised again where events are taken
            events.put(Failed(error))

    thread = threading.Thread(target=notice, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
