import pytest
from dlf_grader.commands.grade import grade_parser
from dlf_grader.failures import UsageError


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("--trian", "did you mean --train?"),
        ("--no_train", "did you mean --no-train?"),
        ("--isolate=bwrap", "did you mean --isolation?"),
        ("--fast", "see: dlf-grade m1 --help"),
    ],
)
def test_an_unknown_option_is_answered_with_the_one_that_it_looks_like(word, said):
    with pytest.raises(UsageError, match=rf"^unrecognized arguments: {word}; {said.replace('?', '[?]')}$"):
        grade_parser().parse_args([word])
