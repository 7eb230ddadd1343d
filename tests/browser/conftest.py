"""The made-up ascent as fixtures, as in the tests of reporting."""

from tests.reporting.conftest import columns, result

__all__ = ["columns", "result"]
