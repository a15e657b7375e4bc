"""Reports through shared memory."""

import pytest

from desktop.audio.messages import N_SHARED, STALE_S, Report, read_report, write_report

REPORT = Report(3, 12.5, 100.0, -2.0, False, 4, 0.25)


def test_a_report_arrives_as_it_was_written() -> None:
    shared = [0.0] * N_SHARED
    assert read_report(shared, Report()) == Report()
    write_report(shared, REPORT)
    assert read_report(shared, Report()) == REPORT


def test_a_report_that_is_being_written_is_not_read() -> None:
    shared = [0.0] * N_SHARED
    write_report(shared, REPORT)
    shared[0] += 1  # the writer has begun with the next one
    shared[2] = 99.0
    assert read_report(shared, Report(1)) == Report(1)


def test_the_position_runs_on_between_reports_but_not_for_ever() -> None:
    assert Report(1, 10.0, 100.0, 2.0).position_at(100.1) == pytest.approx(10.2)
    assert Report(1, 10.0, 100.0, 1.0).position_at(500.0) == pytest.approx(10.0 + STALE_S)
    assert Report(1, 10.0, 100.0, 1.0).position_at(99.0) == 10.0
