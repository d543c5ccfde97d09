from pathlib import Path

from dlf_grader.commands.asked import find_check
from dlf_grader.config import Config
from dlf_grader.watch.start import opened

ROOT = Path(__file__).parents[3]


def test_what_is_opened_is_the_todo_of_a_check_and_its_section_of_the_lesson(monkeypatch, plugins):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    monkeypatch.setenv("EDITOR", "absent")
    run_config = Config(tree=ROOT / "exercises")
    (told,) = opened(find_check("m0.linear.init", run_config, plugins), run_config)
    place, _, lesson = told.removeprefix("open ").partition(" · lesson: ")
    file, _, line = place.partition(":")
    assert (
        'raise NotImplementedError("m0.linear.init")'
        in Path(file).read_text(encoding="utf-8").split("\n")[int(line) - 1]
    )
    assert lesson == "exercises/m0_mlp/README.md#linear"
