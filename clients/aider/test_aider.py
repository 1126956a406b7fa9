"""aider: chat, streamed, with edits in text and with its error path."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

BIN = pathlib.Path(sys.executable).parent / "aider"
# As docs/guides/agents.md has them.
SETTINGS = pathlib.Path(__file__).parent / "aider.env"


def _aider(tmp_path, message, *options, model="sim-chat", key=None, files=()):
    text = SETTINGS.read_text(encoding="utf-8")
    origin = os.environ["SLUICE_BASE_URL"].rstrip("/").removesuffix("/v1")
    text = text.replace("http://127.0.0.1:8080", origin).replace("sim-chat", model)
    text = text.replace("sk-sluice-…", key or os.environ["SLUICE_KEY"])
    told = dict(line.split("=", 1) for line in text.splitlines() if line)
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "NO_PROXY": "*"}
    project = tmp_path / "project"
    project.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            str(BIN),
            "--no-git",
            "--yes-always",
            "--no-pretty",
            "--no-check-update",
            "--analytics-disable",
            "--no-show-model-warnings",
            *(options or ["--edit-format=whole"]),
            "--message",
            message,
            *files,
        ],
        cwd=project,
        env={**home, **told, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=160,
    )
    # it breaks lines where they are as long as its terminal
    return project, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(
    "model", ["sim-chat", "sim-reasoner", "by-messages", "by-responses", "by-gemini"]
)
def test_an_edit(tmp_path, model):
    project, said = _aider(
        tmp_path, 'Write it [[sim text="hello.txt\n```\nhello\n```\n"]]', model=model
    )
    assert (project / "hello.txt").read_text(encoding="utf-8") == "hello\n", said
    assert "Applied edit to hello.txt" in said


def test_a_change_of_a_file_and_another_turn(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "hello.txt").write_text("hello\n", encoding="utf-8")
    edit = "hello.txt\n```\n<<<<<<< SEARCH\n%s\n=======\n%s\n>>>>>>> REPLACE\n```\n"
    for before, after in (("hello", "well"), ("well", "bye")):
        _, said = _aider(
            tmp_path,
            f'Change it [[sim text="{edit % (before, after)}"]]',
            "--edit-format=diff",
            "--restore-chat-history",
            files=["hello.txt"],
        )
        assert (project / "hello.txt").read_text(encoding="utf-8") == after + "\n", said


def test_without_a_stream(tmp_path):
    project, said = _aider(
        tmp_path,
        'Write it [[sim text="hello.txt\n```\nhello\n```\n"]]',
        "--edit-format=whole",
        "--no-stream",
    )
    assert (project / "hello.txt").read_text(encoding="utf-8") == "hello\n", said


def test_a_refusal_is_shown(tmp_path):
    _, said = _aider(tmp_path, "Fail [[sim status=400]]")
    assert "Simulated failure with status 400" in said


def test_an_unknown_model_is_shown(tmp_path):
    _, said = _aider(tmp_path, "Hi", model="no-such-model")
    assert "no-such-model" in said and "does not exist" in said


def test_an_unknown_key_is_shown(tmp_path):
    _, said = _aider(tmp_path, "Hi", key="sk-unknown")
    assert "API key is not known" in said
