"""python -m bot review: what staff said about the answers, read from the storage that the environment names."""

import argparse
import signal
import sys

from bot.commands import review_questions


def main(arguments: list[str] | None = None) -> int:
    """Prints the questions that were passed on, and the answers that were called wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="What the running bot has kept for its owners.")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("review", help="questions that were passed on, and answers that were called wrong")
    parser.parse_args(arguments)
    print(review_questions())
    return 0


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
