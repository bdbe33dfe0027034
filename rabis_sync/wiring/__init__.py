"""Configuration to concrete parts: the one room that knows all others, and all that `cli` sees of them."""

from rabis_sync.reports.table import Table
from rabis_sync.service.execution import RunReport
from rabis_sync.wiring.acting import ActMade, ActWish, make_act
from rabis_sync.wiring.assembly import HarvestWish
from rabis_sync.wiring.batches import Written, export_corrections
from rabis_sync.wiring.checking import CheckLine, check
from rabis_sync.wiring.closing import close_period, period_lines, periods, reopen_period
from rabis_sync.wiring.deciding import (
    Decided,
    decide_findings,
    decide_pair,
    decision_lines,
    decisions,
    undo_decision,
)
from rabis_sync.wiring.demonstration import Demonstration, run_demo
from rabis_sync.wiring.handing import Packed, hand_over
from rabis_sync.wiring.looking import (
    backup_database,
    export_records,
    program_version,
    quarantined,
    report,
    report_table,
    restore_database,
    retry_quarantine,
    status,
    status_lines,
    upgrade_database,
)
from rabis_sync.wiring.merging import (
    ExportedMerges,
    approve_merges,
    export_merges,
    merge_lines,
    merge_preview,
)
from rabis_sync.wiring.notifying import notify_test
from rabis_sync.wiring.releasing import rollback
from rabis_sync.wiring.running import Manner, run_job, run_logged, run_step
from rabis_sync.wiring.setup import init
from rabis_sync.wiring.stocktaking import (
    close_stockcheck,
    open_stockcheck,
    scan,
    stockcheck_lines,
    stockcheck_paper,
    stockcheck_table,
)

__all__ = [
    "ActMade",
    "ActWish",
    "CheckLine",
    "Decided",
    "Demonstration",
    "ExportedMerges",
    "HarvestWish",
    "Manner",
    "Packed",
    "RunReport",
    "Table",
    "Written",
    "approve_merges",
    "backup_database",
    "check",
    "close_period",
    "close_stockcheck",
    "decide_findings",
    "decide_pair",
    "decision_lines",
    "decisions",
    "export_corrections",
    "export_merges",
    "export_records",
    "hand_over",
    "init",
    "make_act",
    "merge_lines",
    "merge_preview",
    "notify_test",
    "open_stockcheck",
    "period_lines",
    "periods",
    "program_version",
    "quarantined",
    "reopen_period",
    "report",
    "report_table",
    "restore_database",
    "retry_quarantine",
    "rollback",
    "run_demo",
    "run_job",
    "run_logged",
    "run_step",
    "scan",
    "status",
    "status_lines",
    "stockcheck_lines",
    "stockcheck_paper",
    "stockcheck_table",
    "undo_decision",
    "upgrade_database",
]
