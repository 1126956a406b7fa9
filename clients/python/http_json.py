"""JSON over HTTP with the standard library: the oracle shares no code with the clients it checks."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any


class HttpFailure(Exception):
    """An answer from 400 on."""

    def __init__(self, method: str, url: str, status: int, text: str) -> None:
        super().__init__(f"{method} {url}: {status} {text}")
        self.status = status


def fetch(
    method: str, url: str, headers: dict[str, str] | None = None, body: Any = None
) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    if data is not None:
        request.add_header("content-type", "application/json")
    # No proxy of the environment stands between the suite and its own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=15) as response:
            return response.read().decode()
    except urllib.error.HTTPError as failure:
        text = failure.read().decode(errors="replace")
        raise HttpFailure(method, url, failure.code, text) from None
