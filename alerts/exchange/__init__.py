"""Readers with their rules and destinations as a file, TOML or CSV, and back; a file read twice changes nothing.

`records` says what stands in a file, `forms` writes and reads both forms, `leaving` reads the rows, `coming` checks a
whole file, naming file, row and column of every fault, and then writes all of it in one transaction.
"""

from alerts.exchange.coming import Summary, import_records
from alerts.exchange.forms import read_file, write_csv, write_toml
from alerts.exchange.leaving import export_records
from alerts.exchange.records import Faults

__all__ = ["Faults", "Summary", "export_records", "import_records", "read_file", "write_csv", "write_toml"]
