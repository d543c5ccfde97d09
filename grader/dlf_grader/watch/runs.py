"""One run at a time, on fork servers that stay warm; the next one takes the place of one that is not over."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import RunCancelled
from dlf_grader.model import Check
from dlf_grader.sandbox.process import Servers
from dlf_grader.session import Session
from dlf_grader.watch.events import Ended, Events, Failed

if TYPE_CHECKING:
    import pluggy

    from dlf_grader.outputs.terminal import Terminal

SHOWN_BY = "terminal"  # the name of the plugin that shows a run


class Runs:
    """Starts runs and calls them off; their ends arrive among the events.

    PyTorch's answers come from the user's cache, or from a worker that a run forks off the warm server: nothing that
    a run holds outlives it.
    """

    def __init__(self, config: Config, plugins: pluggy.PluginManager, events: Events) -> None:
        self.config, self.plugins, self.events = config, plugins, events
        self.session: Session | None = None  # the latest, over or not
        self._thread: threading.Thread | None = None
        self._servers = Servers()

    def start(self, checks: Sequence[Check], view: Terminal) -> None:
        """Begin a run, shown by `view`, in place of the one before."""
        self.cancel()
        if self.plugins.has_plugin(SHOWN_BY):
            self.plugins.unregister(name=SHOWN_BY)
        self.plugins.register(view, SHOWN_BY)
        self._servers.resume()
        self.session = Session(self.config, self.plugins, checks=checks, servers=self._servers)
        self._thread = threading.Thread(target=self._run, args=(self.session,))
        self._thread.start()

    def cancel(self) -> None:
        """Call the run off, if one is going on, and wait until nothing of it is left."""
        if self.session is not None and self._thread is not None:
            self.session.cancel()
            self._thread.join()

    def warm(self) -> None:
        """Start importing what the next run may need."""
        self._servers.preload("numpy")
        self._servers.preload("torch")

    def close(self) -> None:
        """Leave no process behind."""
        self.cancel()
        self._servers.stop()

    def _run(self, session: Session) -> None:
        try:
            session.run()
            self.events.put(Ended(session))
        except RunCancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where events are taken
            self.events.put(Failed(error))
