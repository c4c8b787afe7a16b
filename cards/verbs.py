"""Every verb that a button of ours sends, once. The part before the dot says which room answers it."""

from enum import StrEnum


class Verb(StrEnum):
    """`ask.*`, `report.*` and `help.*` belong to the person's own chat, `case.*` to the DSL's team."""

    HELP = "help.show"
    RULES = "help.rules"
    ASK = "help.ask"
    SUGGEST = "help.suggest"
    MY_REPORTS = "help.my_reports"
    READING = "ask.reading"
    CLAUSE = "ask.clause"
    REPORT = "report.start"
    REPORT_NEXT = "report.next"
    REPORT_BACK = "report.back"
    REPORT_CANCEL = "report.cancel"
    REPORT_KEEP = "report.keep"
    REPORT_DISCARD = "report.discard"
    REPORT_SEND = "report.send"
    ACKNOWLEDGE = "case.acknowledge"
    OPEN = "case.open"
