"""Where the frameworks are pointed: at Sluice by base URL and key, and at nothing else."""

from __future__ import annotations

import base64
import os
from urllib.parse import urlsplit

import pytest

os.environ["NO_PROXY"] = "*"

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj").decode()


@pytest.fixture(scope="session")
def v1() -> str:
    """What OpenAI's clients take: it ends in /v1."""
    return os.environ["SLUICE_BASE_URL"].rstrip("/")


@pytest.fixture(scope="session")
def origin(v1) -> str:
    parts = urlsplit(v1)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="session")
def key() -> str:
    return os.environ["SLUICE_KEY"]


@pytest.fixture
def png() -> str:
    return PNG


@pytest.fixture
def pdf() -> str:
    return PDF
