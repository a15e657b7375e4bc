from pathlib import Path

import pytest

from tests.robustness.cases import cases, missing


@pytest.fixture(scope="session")
def cases_folder(pytestconfig: pytest.Config) -> Path:
    """The cases of `../shared/cases`, made once for all runs."""
    if reason := missing():
        pytest.skip(reason)
    assert pytestconfig.cache is not None
    return cases(Path(pytestconfig.cache.mkdir("cases")))
