"""Where LiteLLM and LlamaIndex are pointed: at Sluice by base URL and key, and at nothing else.
They want other versions of the SDKs than the other frameworks."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest

# It would fetch its price list.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["NO_PROXY"] = "*"


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
