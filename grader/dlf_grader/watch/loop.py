"""What is done about what happens: a save, a key, the end of a run. Everything is decided in one thread."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from dlf_grader.commands.hint import one_hint_more
from dlf_grader.commands.reset import put_back
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.outputs.terminal import Terminal
from dlf_grader.outputs.text import on_terminal
from dlf_grader.places import repository
from dlf_grader.run.collect import catalogue_of, collect
from dlf_grader.run.progress import progress_of, work_left
from dlf_grader.watch.choice import file_after, file_saved, first_file, of_file, on_save
from dlf_grader.watch.events import Ended, Event, Events, Failed, Pressed, Resumed, Saved, Terminated
from dlf_grader.watch.keys import END_OF_INPUT, FOOTER, Keyboard
from dlf_grader.watch.menu import Menu
from dlf_grader.watch.runs import Runs
from dlf_grader.watch.saves import Contents
from dlf_grader.watch.standing import standing
from dlf_grader.watch.view import CLEAR, OneExercise

if TYPE_CHECKING:
    import pluggy


class Watch:
    """Somebody at work: the exercise they are at, and the run that judges it.

    Attributes:
        current: the exercise that is shown.
        keyboard: where there is one; without, nothing is cleared and no key is named.

    Args:
        open_check: opens what is to be written next in the learner's editor, and says so.
    """

    def __init__(
        self,
        run_config: Config,
        plugins: pluggy.PluginManager,
        events: Events,
        open_check: Callable[[Check], list[str]] | None = None,
    ) -> None:
        self.config, self.plugins, self.events = run_config, plugins, events
        self.checks = collect(run_config, plugins)
        self.catalogue = catalogue_of(run_config, plugins)
        self.runs = Runs(run_config, plugins, events)
        self.contents = Contents(run_config.tree)
        self.current = first_file(self.checks, progress_of(run_config.tree).statuses)
        self.keyboard: Keyboard | None = None
        self.view = Terminal(sys.stdout, run_config)
        self.running = False
        self.menu: Menu | None = None  # where the list is shown
        self._open = open_check
        self._keys: dict[str, Callable[[], None]] = {
            "h": self._hint,
            "n": self._next,
            "l": self._list,
            "r": self._run_all,
            "t": self._train,
        }

    def watch(self) -> int:
        """Take events as they come until q, or until told to end; returns the exit code."""
        self._go_to(self.current)
        while not self._ends(event := self.events.get()):
            if isinstance(event, Terminated):
                return event.code
            self._take(event)
        return 0

    def _ends(self, event: Event) -> bool:
        typing = self.menu is not None and self.menu.typing
        return event == Pressed(END_OF_INPUT) or (event == Pressed("q") and not typing)

    def _take(self, event: Event) -> None:
        match event:
            case Saved(paths):
                changed = self.contents.changed(paths)
                if changed or (paths and not self.running):  # a run goes on where a file was merely touched
                    self._saved(changed or paths)
            case Pressed(key) if self.menu is not None:
                self._choose(self.menu, key)
            case Pressed(key) if key in self._keys:
                self._keys[key]()
            case Failed(error):
                raise error
            case Ended(session) if session is self.runs.session:
                self.running = False
                self._show_end()
                self.runs.warm()
            case Resumed() if self.keyboard is not None:
                self.keyboard.listen()
                self._show_menu() if self.menu is not None else self._show_footer()

    # -- runs -------------------------------------------------------------------------------------

    def _saved(self, paths: Collection[str]) -> None:
        self.current = file_saved(self.current, paths, self.checks)
        if self.keyboard is None:
            self.view.say(["", f"saved: {', '.join(sorted(paths))}"])
        self._grade()

    def _go_to(self, path: str) -> None:
        """Show an exercise, and open it where the learner asked for that."""
        self.current = path
        left = work_left(of_file(self.checks, path), progress_of(self.config.tree).statuses)
        self._grade()
        if self._open is not None and left:
            self.view.say(self._open(left[0]))

    def _grade(self) -> None:
        self._start(self._one_exercise(), on_save(self.checks, self.current))

    def _run_all(self) -> None:
        """All checks that were asked for; where none were named, those of the milestone under way."""
        here = self.current.partition("/")[0]
        named = bool(self.config.milestones)
        checks = [check for check in self.checks if named or check.exercise.partition("/")[0] == here]
        self._start(Terminal(sys.stdout, self.config), checks)

    def _train(self) -> None:
        if any(check.kind == "training" for check in of_file(self.checks, self.current)):
            self._start(self._one_exercise(), of_file(self.checks, self.current))
            return
        trained = dict.fromkeys(check.exercise for check in self.checks if check.kind == "training")
        self._say([f"{self.current} has no training check; files with one: {', '.join(trained) or 'none'}"])

    def _one_exercise(self) -> OneExercise:
        return OneExercise(sys.stdout, self.config, keys=self.keyboard is not None)

    def _start(self, view: Terminal, checks: list[Check]) -> None:
        self.runs.cancel()
        self.running, self.view, self.menu = True, view, None
        if self.keyboard is not None:
            sys.stdout.write(CLEAR)
        self.runs.start(checks, view)

    # -- words ------------------------------------------------------------------------------------

    def _hint(self) -> None:
        left = work_left(of_file(self.checks, self.current), progress_of(self.config.tree).statuses)
        said = one_hint_more(left[0], self.config.tree) if left else [f"nothing is left to do in {self.current}"]
        self._say(on_terminal(said, 5))

    def _next(self) -> None:
        following = file_after(self.current, self.checks, progress_of(self.config.tree).statuses)
        if following is None:
            self._say(["no other exercise has work left"])
        else:
            self._go_to(following)

    # -- the list ---------------------------------------------------------------------------------

    def _list(self) -> None:
        """Show the list in place of the run."""
        self.runs.cancel()
        self.running = False
        here = next(at for at, check in enumerate(self.checks) if check.exercise == self.current)
        self.menu = Menu(self.checks, progress_of(self.config.tree).statuses, at=here)
        self._show_menu()

    def _choose(self, menu: Menu, key: str) -> None:
        check = menu.chosen
        if menu.typing or key not in ("enter", "escape", "x") or (key == "x" and not menu.asked):
            self.menu = menu.pressed(key)
            self._show_menu()
        elif key == "enter" and check is not None:
            self.current = check.exercise
            self._start(self._one_exercise(), [check])
        elif key == "x" and check is not None:
            self.current = check.exercise
            said = self._reset(check)
            self._grade()
            self._say(said)
        elif key == "escape":
            self._grade()

    def _reset(self, check: Check) -> list[str]:
        root = repository(self.config.tree)
        try:
            if root is None or self.config.tree != root / "exercises":
                raise UsageError("only what lies in exercises/ can be reset")
            said = put_back(check.exercise, [check.target], root, self.plugins)
        except UsageError as error:
            return [str(error)]
        self.contents.changed([check.exercise])  # not to be taken for a save
        return said

    def _show_menu(self) -> None:
        if self.menu is not None:
            width, height = shutil.get_terminal_size()
            sys.stdout.write(CLEAR)
            self.view.say(self.menu.lines(width, height))

    # -- words ------------------------------------------------------------------------------------

    def _show_end(self) -> None:
        """Where the learner stands, under the verdict."""
        statuses = progress_of(self.config.tree).statuses
        self._say(standing(self.current, self.checks, self.catalogue, statuses, drawn=self.view.moving))

    def _say(self, lines: Iterable[str]) -> None:
        self.view.say(lines)
        self._show_footer()

    def _show_footer(self) -> None:
        if self.keyboard is not None and not self.running:
            self.view.say([FOOTER])
