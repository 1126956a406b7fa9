"""aider: chat, streamed, with edits in text and with its error path."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

BIN = pathlib.Path(sys.executable).parent / "aider"
# As docs/guides/agents.md has them.
SETTINGS = pathlib.Path(__file__).parent / "aider.env"


def _aider(tmp_path, message):
    text = SETTINGS.read_text(encoding="utf-8")
    origin = os.environ["SLUICE_BASE_URL"].rstrip("/").removesuffix("/v1")
    text = text.replace("http://127.0.0.1:8080", origin)
    text = text.replace("sk-sluice-…", os.environ["SLUICE_KEY"])
    told = dict(line.split("=", 1) for line in text.splitlines() if line)
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "NO_PROXY": "*"}
    project = tmp_path / "project"
    project.mkdir()
    done = subprocess.run(
        [
            str(BIN),
            "--no-git",
            "--yes-always",
            "--no-pretty",
            "--no-check-update",
            "--analytics-disable",
            "--no-show-model-warnings",
            "--edit-format=whole",
            "--message",
            message,
        ],
        cwd=project,
        env={**home, **told, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=160,
    )
    return project, done.stdout + done.stderr


def test_an_edit(tmp_path):
    project, said = _aider(tmp_path, 'Write it [[sim text="hello.txt\n```\nhello\n```\n"]]')
    assert (project / "hello.txt").read_text(encoding="utf-8") == "hello\n", said
    assert "Applied edit to hello.txt" in said


def test_a_refusal_is_shown(tmp_path):
    _, said = _aider(tmp_path, "Fail [[sim status=400]]")
    assert "Simulated failure with status 400" in said
