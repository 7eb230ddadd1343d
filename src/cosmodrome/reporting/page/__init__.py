"""The page of a run, `report.html`: one file that needs no other and no network."""

from cosmodrome.reporting.page.document import page_html

__all__ = ["page_html"]
