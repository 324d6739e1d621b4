"""The report of a session: one HTML file that needs nothing else and can be printed."""

from qc.report.page import ReportError, renew_report, report_html, write_report

__all__ = ["ReportError", "renew_report", "report_html", "write_report"]
