import subprocess
import sys

import pytest

INSTALL = """
import sys
import numpy
from dlf_grader.sandbox import guard

class Refusal(BaseException):
    pass

def refuse(text):
    raise Refusal(text)

sys.path.insert(0, {tree!r})
guard.install({tree!r}, {engine!r}, "write it by hand", refuse)
"""


@pytest.fixture
def tried(tmp_path):
    (tmp_path / "m0").mkdir()
    (tmp_path / "m0" / "helper.py").write_text("value = 1\n")
    (tmp_path / "torch").mkdir()

    def run(code, engine="numpy"):
        program = INSTALL.format(tree=str(tmp_path), engine=engine)
        program += f"try:\n    {code}\nexcept Refusal as refused:\n    print(refused)\n"
        command = [sys.executable, "-c", program]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    return run


@pytest.mark.parametrize("code", ["import numpy.linalg", "import json, ast", "from m0.helper import value"])
def test_numpy_the_standard_library_and_the_tree_may_be_imported(tried, code):
    assert tried(code) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import scipy", "imports scipy: write it by hand"),
        ("import torch", "imports torch: write it by hand"),
        ("__import__('torch')", "imports torch: write it by hand"),
        ("import importlib; importlib.import_module('sklearn')", "imports sklearn: write it by hand"),
        ("import dlf_grader.run.session", "imports dlf_grader.run.session: write it by hand"),
        ("import multiprocessing", "imports multiprocessing: an exercise runs in one process"),
        ("import subprocess; subprocess.run(['true'])", "starts another program (subprocess.Popen): write it by hand"),
        ("import os; os.system('true')", "starts another program (os.system): write it by hand"),
        ("import ctypes; ctypes.CDLL(None)", "loads foreign code (ctypes.dlopen None): write it by hand"),
    ],
)
def test_whatever_else_is_refused_by_name_however_it_is_reached(tried, code, said):
    assert tried(code) == said


def test_our_own_code_may_import_what_it_needs(tried):
    assert tried("with guard.trusted(): import msgspec.json") == ""


def test_an_allowed_package_is_not_loaded_again_to_undo_what_is_refused_of_it(tried):
    assert tried("import importlib; importlib.reload(numpy)") == "reloads numpy: write it by hand"


def test_a_library_is_refused_whatever_file_the_code_that_asks_names(tried):
    code = "exec(compile('import ctypes; ctypes.CDLL(None)', numpy.__file__, 'exec'))"
    assert tried(code) == "loads foreign code (ctypes.dlopen None): write it by hand"
    library = "import os; numpy.ctypeslib.load_library(*os.path.split(numpy.linalg._umath_linalg.__file__)[::-1])"
    assert tried(library).startswith("loads foreign code (ctypes.dlopen")


def test_code_that_calls_itself_the_engine_s_imports_nothing_more(tried):
    lines = "try: import scipy\nexcept ModuleNotFoundError: print('not found')"
    assert tried(f"exec(compile({lines!r}, numpy.__file__, 'exec'))") == "not found"


OPTIONAL = "try:\n    import {}\n    found = True\nexcept {}:\n    found = False\n"


@pytest.mark.parametrize("caught", ["ImportError", "(ModuleNotFoundError, OSError)", "Exception"])
def test_code_that_goes_on_without_a_module_does_not_find_it(tried, tmp_path, caught):
    (tmp_path / "m0" / "optional.py").write_text(OPTIONAL.format("cupy", caught))
    assert tried("from m0.optional import found; print(found)") == "False"


@pytest.mark.parametrize(
    ("module", "caught"), [("torch", "ImportError"), ("dlf_reference", "Exception"), ("scipy", "KeyError")]
)
def test_a_module_of_the_course_or_one_that_is_not_provided_for_is_refused_by_name(tried, tmp_path, module, caught):
    (tmp_path / "m0" / "optional.py").write_text(OPTIONAL.format(module, caught))
    assert tried("import m0.optional") == f"imports {module}: write it by hand"


def test_the_platform_may_be_asked_for_though_no_program_is_started(tried):
    assert tried("import platform; print(platform.uname().system, platform.processor())").startswith("Linux")
