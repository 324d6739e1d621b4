"""Reports of sets, readers and control programmes: one HTML file and one PDF each."""

from qc.eqa.report.of_control import control_report
from qc.eqa.report.of_reader import history_table, reader_report
from qc.eqa.report.of_set import set_report
from qc.eqa.report.page import report_page, write_page
from qc.eqa.report.pdf import write_pdf
from qc.eqa.report.report import Report

__all__ = [
    "Report",
    "control_report",
    "history_table",
    "reader_report",
    "report_page",
    "set_report",
    "write_page",
    "write_pdf",
]
