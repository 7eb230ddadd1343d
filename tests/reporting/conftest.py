"""The made-up ascent as fixtures."""

import pytest

from tests.reporting import synthetic


@pytest.fixture
def result():
    return synthetic.result()


@pytest.fixture
def columns():
    return synthetic.columns()
