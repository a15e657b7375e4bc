import logging
from collections.abc import Iterator

import pytest

from engine import logs
from engine.logs import start_logging
from engine.paths import log_file


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(before):
        handler.close()
        root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(False)


def test_the_file_appears_with_the_first_record_and_once() -> None:
    start_logging()
    start_logging()
    assert not log_file().exists()
    logging.getLogger("engine.test").info("caf\udce9 found")
    lines = log_file().read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("engine.test: caf\\udce9 found")


def test_it_rotates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LARGEST_BYTES", 1000)
    start_logging()
    for number in range(100):
        logging.getLogger("engine.test").info("record number %d", number)
    names = sorted(path.name for path in log_file().parent.iterdir())
    assert names == ["soundbed.log", "soundbed.log.1", "soundbed.log.2", "soundbed.log.3"]
    assert all(path.stat().st_size <= 1100 for path in log_file().parent.iterdir())


def test_a_log_that_cannot_be_written_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    log_file().parent.parent.mkdir(parents=True, exist_ok=True)
    log_file().parent.write_bytes(b"a file in the place of the folder")
    start_logging()
    logging.getLogger("engine.test").warning("lost")
    assert capsys.readouterr() == ("", "")
