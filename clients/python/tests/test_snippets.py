"""The snippets of docs/guides/sdks.md run as a reader would run them."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

_PYTHON = pathlib.Path(__file__).parent.parent / "snippets"
_CURL = pathlib.Path(__file__).parent.parent.parent / "curl"
_README = pathlib.Path(__file__).parents[3] / "README.md"

pytestmark = pytest.mark.unbilled


def _run(settings, *command: str) -> str:
    environment = {
        **os.environ,
        "OPENAI_BASE_URL": settings.base_url,
        "OPENAI_API_KEY": settings.key,
        "NO_PROXY": "*",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=50
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chat", ""),
        ("stream", "tokens:"),
        ("cost", "request "),
        ("errors", "404 model_not_found"),
        ("embeddings", "2 vectors of 1536"),
    ],
)
def test_python(settings, name, expected):
    out = _run(settings, sys.executable, str(_PYTHON / f"{name}.py"))
    assert out.strip()
    assert expected in out
    if name == "cost" and settings.is_sluice:
        assert "None" not in out


def test_the_first_call_of_the_readme(settings):
    """As it stands there, but for the address and the key."""
    [code] = re.findall(r"^```python\n(.*?)^```", _README.read_text("utf-8"), re.S | re.M)
    assert 'base_url="http://127.0.0.1:8080/v1", api_key="sk-sluice-..."' in code
    code = code.replace("http://127.0.0.1:8080/v1", settings.base_url)
    assert _run(settings, sys.executable, "-c", code.replace("sk-sluice-...", settings.key)).strip()


def test_no_python_snippet_is_left_out():
    assert {path.stem for path in _PYTHON.glob("*.py")} == {
        "chat",
        "stream",
        "cost",
        "errors",
        "embeddings",
    }


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
@pytest.mark.parametrize(
    ("name", "expected"),
    [("chat", '"chat.completion"'), ("stream", "data: [DONE]"), ("models", "sim-embed")],
)
def test_curl(settings, name, expected):
    assert expected in _run(settings, "sh", str(_CURL / f"{name}.sh"))
