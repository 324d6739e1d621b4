"""The report of a session: one HTML file that needs nothing else and can be printed."""

from qc.report.page import ReportError, report_html, write_report

__all__ = ["ReportError", "report_html", "write_report"]
