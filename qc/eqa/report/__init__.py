"""The report of a set that was read: one HTML file and one PDF, an appendix of a paper."""

from qc.eqa.report.page import report_page, write_page
from qc.eqa.report.pdf import write_pdf

__all__ = ["report_page", "write_page", "write_pdf"]
