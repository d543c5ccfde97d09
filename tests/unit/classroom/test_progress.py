import io

from dlf_grader.classroom.class_run import Event
from dlf_grader.classroom.progress import Progress

ADA = "ada\n\x1b[31m"


class Screen(io.StringIO):
    def isatty(self):
        return True


def shown(stream):
    with Progress(stream) as progress:
        progress.say("ignored 'x.txt'")
        progress.start(2, "2 submissions")
        progress.show(Event(ADA, "it died; trying again", again=True, problem=True))
        progress.show(Event(ADA, "3 of 4"))
        progress.show(Event("bob", "4 of 4"))
        progress.finish("2 graded")
    return stream.getvalue()


def test_where_output_is_piped_every_submission_is_a_plain_line():
    assert shown(io.StringIO()).splitlines() == [
        "ignored 'x.txt'",
        "2 submissions",
        "0/2  ada  [31m: it died; trying again",
        "1/2  ada  [31m: 3 of 4",
        "2/2  bob: 4 of 4",
        "2 graded",
    ]


def test_on_a_terminal_a_bar_counts_and_only_what_went_wrong_is_a_line():
    text = shown(Screen())
    assert "2/2" in text
    assert "it died; trying again" in text
    assert "4 of 4" not in text
    assert "\x1b[31m:" not in text
    assert text.endswith("2 graded\n")
