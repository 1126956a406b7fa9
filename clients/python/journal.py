"""The simulator's journal: what the upstream was asked and what it truly produced."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Callable

from http_json import fetch
from settings import Settings


@dataclass(frozen=True)
class Call:
    """One upstream call, as it stood when it was read."""

    line: dict[str, Any]

    @property
    def request_id(self) -> str:
        return self.line["request_id"]

    @property
    def status(self) -> int:
        return self.line["status"]

    @property
    def body_text(self) -> str:
        return self.line["request_body"]

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.body_text)

    @property
    def headers(self) -> dict[str, list[str]]:
        return self.line["headers"]

    @property
    def outcome(self) -> str:
        return self.line["outcome"]

    @property
    def stage(self) -> str:
        return self.line["stage"]

    @property
    def produced(self) -> dict[str, int]:
        return self.line["produced"]

    @property
    def failed(self) -> bool:
        return self.status >= 400

    @property
    def exact(self) -> bool:
        """Whether the provider told what it used, all of it."""
        return self.outcome == "finished" and (self.failed or "reported" in self.line)


class Journal:
    def __init__(self, settings: Settings) -> None:
        assert settings.sim_url is not None
        self._url = settings.sim_url.rstrip("/") + "/sim"
        key = settings.sim_control_key
        self._headers = {} if key is None else {"authorization": "Bearer " + key}

    def _get(self, path: str) -> str:
        return fetch("GET", self._url + path, self._headers)

    def position(self) -> int:
        """How many calls were ever made; calls after it are newer than now."""
        return json.loads(self._get("/stats"))["calls"]

    def calls(self, since: int, mark: str) -> list[Call]:
        """The calls after a position whose body carries the mark, oldest first."""
        # JSON ends a line with \n alone; the text inside may hold other line separators.
        lines = self._get(f"/journal?since={since}").split("\n")
        calls = [Call(json.loads(line)) for line in lines if line]
        if calls and all("request_body" not in call.line for call in calls):
            raise AssertionError("the simulator keeps no request bodies; start it so that it does")
        return [call for call in calls if mark in call.line.get("request_body", "")]

    def await_calls(
        self, since: int, mark: str, condition: Callable[[list[Call]], bool], seconds: float = 10
    ) -> list[Call]:
        """Waits until the marked calls meet a condition; fails with what there was instead."""
        deadline = time.monotonic() + seconds
        while True:
            calls = self.calls(since, mark)
            if condition(calls):
                return calls
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {[call.line for call in calls]}")
            time.sleep(0.05)

    def script(self, **script: Any) -> None:
        """Behaviour for calls to come, whatever they say themselves."""
        fetch("POST", self._url + "/script", self._headers, script)

    def clear_scripts(self) -> None:
        fetch("DELETE", self._url + "/script", self._headers)
