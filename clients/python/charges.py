"""The charge oracle: usage by the simulator's journal × price, in decimals, to the last digit."""

from __future__ import annotations

import json
import time
import urllib.parse
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from http_json import HttpFailure, fetch
from journal import Call
from settings import Settings

_PICO = Decimal("0.000000000001")
_MILLION = Decimal(1_000_000)

# meter -> its price key and the price it falls back to where the model has none of its own
_PRICE_KEYS: dict[str, tuple[str, ...]] = {
    "input": ("input_per_mtok",),
    "cached": ("cached_input_per_mtok", "input_per_mtok"),
    "cache_write": ("cache_write_5m_per_mtok", "input_per_mtok"),
    "cache_write_1h": ("cache_write_1h_per_mtok", "cache_write_5m_per_mtok", "input_per_mtok"),
    "audio_input": ("audio_input_per_mtok",),
    "image_input": ("image_input_per_mtok",),
    "output": ("output_per_mtok",),
    "reasoning": ("reasoning_per_mtok", "output_per_mtok"),
    "audio_output": ("audio_output_per_mtok",),
    "image_output": ("image_output_per_mtok",),
}

# counted meter -> its price key and how many of it one price stands for
_COUNTS: dict[str, tuple[str, int]] = {
    "images": ("per_image", 1),
    "characters": ("per_mchar", 1_000_000),
    "audio_milliseconds": ("per_audio_minute", 60_000),
    "video_milliseconds": ("per_video_second", 1_000),
}


def _rate(price: dict[str, Any], key: str, served: dict[str, str]) -> str | None:
    """The rate of the row that says most about what was served, else the plain one."""
    best, most = price.get(key), -1
    for row in price.get("by", []):
        conditions = {name: row[name] for name in ("quality", "size", "resolution") if name in row}
        fits = all(served.get(name) == value for name, value in conditions.items())
        if key in row and fits and len(conditions) > most:
            best, most = row[key], len(conditions)
    return best


def _is_counted(produced: dict[str, Any], price: dict[str, Any]) -> bool:
    """Whether the price charges what anybody can count, so that nothing has to be reported."""
    served = produced.get("served", {})
    tokens = any(disjoint(produced).values()) or produced["searches"] > 0
    if price.get("per_request") is not None and not tokens:
        return True
    return any(
        produced.get(meter, 0) > 0 and _rate(price, key, served) is not None
        for meter, (key, _) in _COUNTS.items()
    )


def disjoint(produced: dict[str, int]) -> dict[str, int]:
    """The provider's totals, which include their parts, as meters that do not overlap."""
    cached, written = produced["cached_tokens"], produced["cache_write_tokens"]
    hour = produced.get("cache_write_1h_tokens", 0)
    heard, spoken = produced["audio_input_tokens"], produced["audio_output_tokens"]
    shown = produced.get("image_input_tokens", 0)
    thought, drawn = produced["reasoning_tokens"], produced.get("image_output_tokens", 0)
    return {
        "input": produced["prompt_tokens"] - cached - written - heard - shown,
        "cached": cached,
        "cache_write": written - hour,
        "cache_write_1h": hour,
        "audio_input": heard,
        "image_input": shown,
        "output": produced["completion_tokens"] - thought - spoken - drawn,
        "reasoning": thought,
        "audio_output": spoken,
        "image_output": drawn,
    }


def cost(produced: dict[str, int], price: dict[str, Any]) -> Decimal:
    """What one upstream call costs in US dollars: every line rounded half-even to 12 decimals."""
    with localcontext() as context:
        context.prec = 60
        total = Decimal(0)
        for meter, count in disjoint(produced).items():
            if count == 0:
                continue
            key = next((key for key in _PRICE_KEYS[meter] if price.get(key) is not None), None)
            if key is None:
                raise AssertionError(f"the model has no price for {meter}: {price}")
            line = Decimal(count) * Decimal(price[key]) / _MILLION
            total += line.quantize(_PICO, rounding=ROUND_HALF_EVEN)
        for meter, (key, per) in _COUNTS.items():
            rate = _rate(price, key, produced.get("served", {}))
            if rate is not None:
                line = Decimal(produced.get(meter, 0)) * Decimal(rate) / per
                total += line.quantize(_PICO, rounding=ROUND_HALF_EVEN)
        if produced["searches"] > 0 and price.get("per_search") is not None:
            line = Decimal(produced["searches"]) * Decimal(price["per_search"])
            total += line.quantize(_PICO, rounding=ROUND_HALF_EVEN)
        if price.get("per_request") is not None:
            total += Decimal(price["per_request"]).quantize(_PICO, rounding=ROUND_HALF_EVEN)
        return total


class Management:
    """The management API, as far as the suite needs it."""

    def __init__(self, settings: Settings) -> None:
        assert settings.admin_url is not None and settings.admin_key is not None
        self._url = settings.admin_url.rstrip("/") + "/admin/v1/"
        self._headers = {"authorization": "Bearer " + settings.admin_key}
        if settings.organization is not None:
            self._headers["x-sluice-organization"] = settings.organization
        given = settings.prices
        self._prices: dict[str, dict[str, Any]] = {} if given is None else json.loads(given)

    def get(self, path: str) -> Any:
        return json.loads(fetch("GET", self._url + path, self._headers))

    def post(self, path: str, body: Any) -> Any:
        return json.loads(fetch("POST", self._url + path, self._headers, body))

    def price(self, model: str) -> dict[str, Any]:
        if model not in self._prices:
            self._prices[model] = self.get("models/" + urllib.parse.quote(model))["price"]
        return self._prices[model]

    def settled(self, request_id: str, seconds: float = 10) -> dict[str, Any]:
        """The row of a call once it is over; a call is visible within 5 s of its end."""
        deadline = time.monotonic() + seconds
        row: dict[str, Any] | None = None
        while True:
            try:
                row = self.get("requests/" + request_id)
                if row["state"] != "held":
                    return row
            except HttpFailure as failure:
                if failure.status != 404:
                    raise
            if time.monotonic() > deadline:
                raise AssertionError(f"{request_id} is not settled after {seconds} s: {row}")
            time.sleep(0.1)

    def settled_of_action(self, action_id: str, seconds: float = 10) -> list[dict[str, Any]]:
        """The rows of calls whose answers nobody waited for, found by the name they were given."""
        deadline = time.monotonic() + seconds
        while True:
            rows = self.get("requests?action_id=" + urllib.parse.quote(action_id))["data"]
            if rows and all(row["state"] != "held" for row in rows):
                return rows
            if time.monotonic() > deadline:
                raise AssertionError(f"{action_id} has no settled row after {seconds} s: {rows}")
            time.sleep(0.1)

    def grant(self, label: str, actions: list[str]) -> str:
        """A key that may do these actions and no others; returns the credential."""
        teams = self.get("teams")["data"] or [self.post("teams", {"name": "clients"})]
        key = {
            "label": label,
            "team": teams[0]["name"],
            "environment": "development",
            "owner": "service:tests",
            "actions": actions,
        }
        return self.post("keys", key)["key"]

    def ensure_model(self, name: str) -> None:
        """Adds a model of the simulator's to the catalogue, beside `sim-chat` and at its price."""
        try:
            self.get("models/" + name)
        except HttpFailure as failure:
            if failure.status != 404:
                raise
            beside = self.get("models/sim-chat")
            upstream = beside["targets"][0]["upstream"]
            self.post(
                "models",
                {
                    "name": name,
                    "targets": [{"upstream": upstream, "model": name}],
                    "price": beside["price"],
                },
            )


def check(
    management: Management, calls: list[Call], request_ids: list[str], estimated: bool
) -> None:
    """Every row of a test against every upstream call of it.

    `estimated`: the test made the provider hide its usage, so bounds have to do.
    """
    rows = [management.settled(request_id) for request_id in request_ids]
    by_id = {call.request_id: call for call in calls}
    assert len(by_id) == len(calls), "the simulator gave one request id twice"
    attempts = [attempt for row in rows for attempt in row["attempts"]]
    assert len(attempts) == len(calls), (
        f"{len(attempts)} attempts in the rows, {len(calls)} upstream calls: {rows}"
    )
    claimed = [a["provider_request_id"] for a in attempts if a.get("provider_request_id")]
    assert len(set(claimed)) == len(claimed), f"one upstream call billed twice: {claimed}"
    for row in rows:
        _check_row(management, row, by_id, estimated)
    unclaimed = [call.line for call in calls if call.request_id not in claimed]
    assert all(line["stage"] == "before_headers" for line in unclaimed), (
        f"upstream calls that no row knows: {unclaimed}"
    )


def _check_row(
    management: Management, row: dict[str, Any], calls: dict[str, Call], estimated: bool
) -> None:
    charged = Decimal(row["cost_usd"] or 0)
    known = [
        calls[attempt["provider_request_id"]]
        for attempt in row["attempts"]
        if attempt.get("provider_request_id") in calls
    ]
    exact = all(
        call.exact
        or (
            call.outcome == "finished"
            and _is_counted(call.produced, management.price(row["model"]))
        )
        for call in known
    )
    if len(known) == len(row["attempts"]) and exact:
        # A failed attempt has used nothing; a fee per request is for an answer.
        expected = sum(
            (cost(call.produced, management.price(row["model"])) for call in known if not call.failed),
            Decimal(0),
        )
        assert charged == expected, f"charged {charged}, the oracle says {expected}: {row}"
        assert not row["estimated"], f"the provider reported its usage, no estimate needed: {row}"
        return
    assert estimated, f"usage was not reported, and the test does not say so: {row}"
    assert row["estimated"] or charged == 0, f"an estimate has to say that it is one: {row}"
    assert charged <= Decimal(row["hold_usd"]), f"charged more than was held: {row}"
    if any(call.produced["completion_tokens"] > 0 and not call.failed for call in known):
        assert charged > 0, f"the upstream produced something, nothing was charged: {row}"
