"""A plugin that raises never ends a run with a traceback, and a changed one is noticed."""

import pytest
from dlf_grader.failures import UsageError
from dlf_grader.places import LOCAL
from dlf_grader.plugins import contents, load_plugins

PLUGIN = """\
from dlf_grader.hookspecs import hookimpl

@hookimpl
def {hook}({argument}):
    {body}
"""


def plugins_with(folder, hook, argument, body="raise ValueError('no\\nluck')"):
    (folder / LOCAL).write_text(PLUGIN.format(hook=hook, argument=argument, body=body))
    return load_plugins(folder)


@pytest.mark.parametrize(
    ("hook", "argument"), [("dlf_session_finish", "report"), ("dlf_check_finished", "result"), ("dlf_explain", "check")]
)
def test_one_that_only_looks_on_is_named_once_and_skipped(tmp_path, capsys, hook, argument):
    plugins = plugins_with(tmp_path, hook, argument)
    others = [
        impl.plugin for impl in getattr(plugins.hook, hook).get_hookimpls() if "dlfplugin" not in impl.plugin_name
    ]
    for plugin in others:
        plugins.unregister(plugin)
    for _ in range(2):
        assert not any(
            getattr(plugins.hook, hook)(report=None, config=None, check=None, result=None, failure=None, sources={})
        )
    said = capsys.readouterr().err
    assert said == f"dlf-grade: dlfplugin.py: {hook} raised ValueError: no luck; the run goes on without it\n"


@pytest.mark.parametrize("body", ["raise ValueError('no\\nluck')", "yield 1; raise ValueError('no\\nluck')"])
def test_one_that_decides_ends_the_run_in_a_line(tmp_path, body):
    plugins = plugins_with(tmp_path, "dlf_checks", "milestone", body)
    with pytest.raises(UsageError, match=r"^dlfplugin\.py: dlf_checks raised ValueError: no luck$"):
        plugins.hook.dlf_checks(milestone=None, config=None)


def test_the_contents_of_plugins_change_with_them(tmp_path):
    before = contents(plugins_with(tmp_path, "dlf_outputs", "", "return []"))
    assert contents(plugins_with(tmp_path, "dlf_outputs", "", "return []")) == before
    assert contents(plugins_with(tmp_path, "dlf_outputs", "", "return {}")) != before


@pytest.mark.parametrize("argument", ["**told", "*told", "check, *, result"])
def test_an_argument_that_pluggy_would_leave_out_is_refused_by_name(tmp_path, argument):
    said = r"^dlfplugin\.py: dlf_check_finished .* name those it needs of check, result$"
    with pytest.raises(UsageError, match=said):
        plugins_with(tmp_path, "dlf_check_finished", argument, "pass")


def test_an_argument_with_a_default_is_filled(tmp_path):
    plugins = plugins_with(tmp_path, "dlf_checks", "milestone=None", "return [milestone]")
    assert ["m0"] in plugins.hook.dlf_checks(milestone="m0", config=None)
