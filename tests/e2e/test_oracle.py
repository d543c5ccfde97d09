"""What the worker that holds the reference cannot answer: whose fault it is, and what is said."""

from contextlib import closing

import pytest
from dlf_grader.failures import DataUnusable, GraderFault
from dlf_grader.run.oracle import Oracle


@pytest.fixture
def oracle(servers):
    with closing(Oracle(servers, None)) as asked:
        yield asked


def test_a_fault_of_the_reference_is_ours(oracle):
    with pytest.raises(GraderFault, match=r"could not answer dlf_reference\.oracles\.m0:nothing"):
        oracle.answers("dlf_reference.oracles.m0:nothing", [{}])


def test_a_data_set_that_is_not_whole_is_nobodys_fault_and_says_how_to_get_it(oracle, tmp_path):
    with pytest.raises(DataUnusable, match="dlf-data verify says more, dlf-data get fetches it"):
        oracle.data("vision:mnist", folder=str(tmp_path))
