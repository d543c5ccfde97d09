import ast

from dlf_grader.instruments.edits.one_step import edits_of
from dlf_grader.instruments.repair import changed
from dlf_grader.run.reading.source import Source


def test_a_changed_file_differs_in_one_function_whatever_its_encoding_and_line_ends():
    text = "# -*- coding: latin-1 -*-\r\n# Dürer\r\n\x0c\r\n@cached\r\ndef f(x):\r\n    return x + 1\r\n\r\ny = 'é'\r\n"
    source = Source("a.py", text.encode("latin-1"))
    edit = next(edit for edit in edits_of(source.syntax, "f") if "x - 1" in edit.source)
    found = changed(source, edit)
    assert found == text.replace("\r\n", "\n").replace("x + 1", "x - 1")
    assert ast.parse(found.encode(source.encoding)).body
