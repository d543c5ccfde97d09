"""What a process may use of its machine."""

import os

import pytest
from dlf_grader.run.machine import A_JOB, free_memory, jobs_that_fit, usable_processors


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"cpu.max": "100000 100000\n"}, 1),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
    ],
)
def test_a_control_group_limits_the_processors(tmp_path, files, count):
    assert usable_processors(put(tmp_path, files)) == count


@pytest.mark.parametrize("files", [{}, {"cpu.max": "max 100000\n"}, {"cpu/cpu.cfs_quota_us": "-1"}])
def test_without_a_limit_all_that_it_may_run_on_count(tmp_path, files):
    assert usable_processors(put(tmp_path, files)) == len(os.sched_getaffinity(0))


def test_the_smaller_of_the_machines_and_the_groups_memory_is_free(tmp_path):
    about = tmp_path / "meminfo"
    about.write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    assert free_memory(tmp_path, about) == 4000 << 10
    put(tmp_path, {"memory.max": "max\n", "memory.current": "5\n"})
    assert free_memory(tmp_path, about) == 4000 << 10
    put(tmp_path, {"memory.max": "3000\n", "memory.current": "1000\n"})
    assert free_memory(tmp_path, about) == 2000
    assert free_memory(tmp_path / "none", tmp_path / "none") is None


def test_as_many_jobs_are_started_as_there_is_memory_for_and_at_least_one():
    assert jobs_that_fit(8, 3 * A_JOB + 1) == 3
    assert jobs_that_fit(2, 9 * A_JOB) == 2
    assert jobs_that_fit(8, 1) == 1
    assert jobs_that_fit(8, None) == 8
