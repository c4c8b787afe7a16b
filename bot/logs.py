"""The log: one line an event, with reference, verb and outcome; never what a person wrote."""

import logging
import sys
from typing import Literal

import structlog


def set_up_logs(log_format: Literal["json", "text"]) -> None:
    """Everything goes to standard error; libraries' own logs from warnings up."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # The SDK's own loggers and Azure's print bodies and addresses on their way.
    for name in ("azure", "msrest", "botbuilder", "botframework"):
        logging.getLogger(name).setLevel(logging.ERROR)


def where_it_failed(error: BaseException) -> list[str]:
    """Where an error came up, innermost first: files and lines only, since an error's text may quote a person."""
    places = []
    trace = error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[:-6:-1]
