"""What an answer says about itself."""

from __future__ import annotations

from decimal import Decimal

import openai
import pytest


def test_request_id(client, talk):
    raw = client.chat.completions.with_raw_response.create(
        model="sim-chat", messages=talk.user("Who?")
    )
    assert raw.headers["x-request-id"]
    assert raw.parse()._request_id == raw.headers["x-request-id"]


@pytest.mark.gateway
def test_route_and_cost(client, talk, management):
    raw = client.chat.completions.with_raw_response.create(
        model="sim-chat", messages=talk.user("How much?")
    )
    upstream, _, rest = raw.headers["x-sluice-route"].partition("/")
    assert upstream
    assert rest == "sim-chat;attempts=1"
    row = management.settled(raw.headers["x-request-id"])
    assert Decimal(raw.headers["x-sluice-cost-usd"]) == Decimal(row["cost_usd"])
    assert Decimal(raw.headers["x-sluice-hold-usd"]) >= Decimal(row["cost_usd"]) > 0


@pytest.mark.gateway
def test_a_stream_says_its_hold(client, talk, management):
    with client.chat.completions.with_streaming_response.create(
        model="sim-chat", messages=talk.user("How much?"), stream=True
    ) as raw:
        for _ in raw.iter_lines():
            pass
        assert "x-sluice-cost-usd" not in raw.headers
        hold = Decimal(raw.headers["x-sluice-hold-usd"])
        assert raw.headers["x-sluice-route"]
        assert raw.headers["content-type"].startswith("text/event-stream")
        request_id = raw.headers["x-request-id"]
    assert hold >= Decimal(management.settled(request_id)["cost_usd"])


@pytest.mark.gateway
def test_usage_of_the_row(client, talk, management, seen):
    raw = client.chat.completions.with_raw_response.create(
        model="sim-reasoner", messages=talk.user("Think"), reasoning_effort="low"
    )
    units = management.settled(raw.headers["x-request-id"])["units"]
    (call,) = seen()
    assert int(units["input_tokens"]) == call.produced["prompt_tokens"]
    assert int(units["output_tokens"]) == call.produced["completion_tokens"]
    assert int(units["reasoning_tokens"]) == call.produced["reasoning_tokens"]


def test_an_error_has_an_id_too(client, talk):
    with pytest.raises(openai.BadRequestError) as failure:
        client.chat.completions.create(
            model="sim-chat", messages=talk.user("Bad", "status=400")
        )
    assert failure.value.request_id


@pytest.mark.gateway
def test_every_call_has_its_own_id(client, talk):
    for _ in range(3):
        client.chat.completions.create(model="sim-chat", messages=talk.user("Again"))
    ids = [answer.headers["x-request-id"] for answer in talk.answers]
    assert len(set(ids)) == 3
