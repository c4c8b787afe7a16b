"""How the bot starts: what is ready before anybody can reach it."""

from pathlib import Path

import pytest
from aiohttp import web

import app
from policy.answers.answering import Answerer


def test_an_answer_has_been_worked_out_before_the_server_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the model is loaded, once, and the first person who asks waits no longer than the others."""
    happened: list[str] = []

    class Listening(Answerer):
        def answer(self, question: str):
            happened.append("answered")
            return super().answer(question)

    monkeypatch.setattr(app, "Answerer", Listening)
    monkeypatch.setattr(app, "set_up_logs", lambda _: None)
    monkeypatch.setattr(web, "run_app", lambda *_, **__: happened.append("listens"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    app.main()
    assert ["answered", "listens"] == happened
