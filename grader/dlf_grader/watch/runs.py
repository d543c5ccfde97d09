"""One run at a time, on fork servers that stay warm; the next one takes the place of one that is not over."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import DlfError, RunCancelled
from dlf_grader.model import Check
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.session import Session
from dlf_grader.run.store import open_store
from dlf_grader.sandbox.servers import Servers
from dlf_grader.watch.events import Ended, Events, Failed

if TYPE_CHECKING:
    import pluggy

    from dlf_grader.outputs.terminal import Terminal

SHOWN_BY = "terminal"  # the name of the plugin that shows a run


class Runs:
    """Starts runs and calls them off; their ends arrive among the events.

    Two fork servers, one with NumPy and one with PyTorch, and the trusted worker that answers for PyTorch live as long
    as this does, a learner's code as long as a run.
    """

    def __init__(self, config: Config, plugins: pluggy.PluginManager, events: Events) -> None:
        self.config, self.plugins, self.events = config, plugins, events
        self.session: Session | None = None  # the latest, over or not
        self._thread: threading.Thread | None = None
        self._servers = Servers()
        self._store = open_store()
        self._reference = self._new_reference()
        self._warming: threading.Thread | None = None

    def start(self, checks: Sequence[Check], view: Terminal) -> None:
        """Begin a run, shown by `view`, in place of the one before."""
        self.cancel()
        if self.plugins.has_plugin(SHOWN_BY):
            self.plugins.unregister(name=SHOWN_BY)
        self.plugins.register(view, SHOWN_BY)
        self._servers.resume()
        self.session = Session(
            self.config,
            self.plugins,
            checks=checks,
            servers=self._servers,
            reference=self._reference,
            store=self._store,
        )
        self._thread = threading.Thread(target=self._run, args=(self.session,))
        self._thread.start()

    def cancel(self) -> None:
        """Call the run off, if one is going on, and wait until nothing of it is left."""
        if self.session is not None and self._thread is not None and self._thread.is_alive():
            self.session.cancel()  # kills every worker, the one that answers for PyTorch as well
            self._thread.join()
            self._finish_warming()
            self._reference.close()
            self._reference = self._new_reference()

    def warm(self) -> None:
        """Have PyTorch ready for the next run, without waiting for it."""
        if self._warming is None or not self._warming.is_alive():
            self._warming = threading.Thread(target=self._warm, args=(self._reference,))
            self._warming.start()

    def close(self) -> None:
        """Leave no process behind."""
        self.cancel()
        self._servers.interrupt()
        self._finish_warming()
        self._reference.close()
        self._servers.stop()
        if self._store is not None:
            self._store.close()

    def _new_reference(self) -> Oracle:
        return Oracle(self._servers, None if self.config.fresh else self._store)

    def _warm(self, reference: Oracle) -> None:
        with contextlib.suppress(DlfError):  # called off, or a fault that the next run meets and says
            reference.warm()

    def _finish_warming(self) -> None:
        if self._warming is not None:
            self._warming.join()

    def _run(self, session: Session) -> None:
        try:
            session.run()
            self.events.put(Ended(session))
        except RunCancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where events are taken
            self.events.put(Failed(error))
