"""Every verb that a button of ours sends, once. The part before the dot says which room answers it."""

from enum import StrEnum


class Verb(StrEnum):
    """`ask.*`, `report.*`, `mine.*` and `help.*` belong to the person's own chat.

    `case.*` belongs to the DSL's team, where `case.form` opens what an action asks and `case.do` carries it out;
    `question.*` to the policy's owners.
    """

    HELP = "help.show"
    RULES = "help.rules"
    ASK = "help.ask"
    SUGGEST = "help.suggest"
    MY_REPORTS = "help.my_reports"
    READING = "ask.reading"
    CLAUSE = "ask.clause"
    BROWSE = "ask.contents"
    SECTION = "ask.section"
    CHANGES = "ask.changes"
    RIGHT = "ask.right"
    WRONG = "ask.wrong"
    KEEP_QUESTION = "ask.keep_question"
    HAND_ON = "ask.hand_on"
    SEND_ON = "ask.send_on"
    LEAVE_IT = "ask.leave_it"
    ANSWER = "question.answer"
    REPORT = "report.start"
    REPORT_NEXT = "report.next"
    REPORT_BACK = "report.back"
    REPORT_CHANGE = "report.change"
    REPORT_LATER = "report.later"
    REPORT_CANCEL = "report.cancel"
    REPORT_KEEP = "report.keep"
    REPORT_DISCARD = "report.discard"
    REPORT_SEND = "report.send"
    MINE_OPEN = "mine.open"
    MINE_ADD = "mine.add"
    MINE_ADD_TEXT = "mine.add_text"
    MINE_DONE = "mine.done"
    MINE_WITHDRAW = "mine.withdraw"
    MINE_WITHDRAW_YES = "mine.withdraw_yes"
    MINE_ANSWER = "mine.answer"
    ACKNOWLEDGE = "case.acknowledge"
    TAKE = "case.take"
    OPEN = "case.open"
    DESK = "case.desk"
    FORM = "case.form"
    DO = "case.do"
    EVIDENCE = "case.evidence"
