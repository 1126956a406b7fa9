"""The SDK's own retries, timeouts, and a client that leaves."""

from __future__ import annotations

import time

import openai
import pytest


def _retry_counts(talk) -> list[str | None]:
    return [answer.request.headers.get("x-stainless-retry-count") for answer in talk.answers]


@pytest.mark.parametrize("status", [429, 503])
def test_succeeds_after_failures(talk, journal, seen, retry_model, status):
    journal.script(directives=f"status={status} retry_after_ms=50", calls=2, model=retry_model)
    answer = talk.client().chat.completions.create(
        model=retry_model, messages=talk.user("Persist")
    )
    assert answer.choices[0].message.content
    assert [call.status for call in seen()] == [status, status, 200]
    expected = [str(number) for number in range(len(talk.answers))]
    assert _retry_counts(talk) == expected


def test_stream_succeeds_after_a_failure(talk, journal, seen, retry_model):
    journal.script(directives="status=503 retry_after_ms=50", calls=1, model=retry_model)
    stream = talk.client().chat.completions.create(
        model=retry_model, messages=talk.user("Persist"), stream=True
    )
    assert [chunk for chunk in stream]
    assert [call.status for call in seen()] == [503, 200]


def test_gives_up_in_the_end(talk, journal, retry_model):
    journal.script(directives="status=503 retry_after_ms=20", always=True, model=retry_model)
    with pytest.raises(openai.InternalServerError):
        talk.client(max_retries=1).chat.completions.create(
            model=retry_model, messages=talk.user("Persist")
        )
    assert len(talk.answers) <= 2


def test_a_refused_request_is_not_retried(talk, seen):
    with pytest.raises(openai.UnprocessableEntityError):
        talk.client().chat.completions.create(
            model="sim-chat", messages=talk.user("Wrong", "status=422")
        )
    assert len(talk.answers) == 1
    assert len(seen()) == 1


@pytest.mark.gateway
def test_retry_after_is_passed_on(talk):
    with pytest.raises(openai.RateLimitError) as failure:
        talk.client(max_retries=0).chat.completions.create(
            model="sim-chat", messages=talk.user("Later", "status=429 retry_after=7")
        )
    assert 1 <= int(failure.value.response.headers["retry-after"]) <= 7


@pytest.mark.estimated
def test_timeout_reaches_the_upstream(talk, seen):
    with pytest.raises(openai.APITimeoutError):
        talk.client(max_retries=0, timeout=0.5).chat.completions.create(
            model="sim-chat",
            messages=talk.user("Slow", "delay=20000"),
            extra_headers=talk.abandoning(),
        )
    (call,) = seen(lambda calls: any(call.outcome != "open" for call in calls), seconds=2)
    assert call.outcome == "cancelled"


@pytest.mark.estimated
@pytest.mark.parametrize("events", [1, 10])
def test_leaving_in_mid_stream_reaches_the_upstream(talk, seen, events):
    client = talk.client()
    stream = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Leave", "tokens=2000 gap=20"), stream=True
    )
    for number, _ in enumerate(stream, start=1):
        if number == events:
            break
    left = time.monotonic()
    stream.close()
    (call,) = seen(lambda calls: any(call.outcome != "open" for call in calls), seconds=3)
    assert time.monotonic() - left < 2
    assert call.outcome == "cancelled"
    assert call.produced["completion_tokens"] < 500


@pytest.mark.gateway
@pytest.mark.estimated
def test_leaving_is_charged_for_what_was_produced(talk, seen, management):
    stream = talk.client().chat.completions.create(
        model="sim-chat", messages=talk.user("Leave", "tokens=2000 gap=10"), stream=True
    )
    request_id = stream.response.headers["x-request-id"]
    for number, _ in enumerate(stream, start=1):
        if number == 60:
            break
    stream.close()
    (call,) = seen(lambda calls: any(call.outcome != "open" for call in calls), seconds=3)
    row = management.settled(request_id)
    assert row["status_code"] == 499
    produced = call.produced["completion_tokens"]
    # An estimate counts text with another tokenizer than the provider's: within a factor of two.
    assert produced / 2 <= int(row["units"]["output_tokens"]) <= produced * 2
    assert row["estimated"]


@pytest.mark.estimated
@pytest.mark.gateway
def test_leaving_before_the_answer_pays_the_input_only(talk, seen, management):
    with pytest.raises(openai.APITimeoutError):
        talk.client(max_retries=0, timeout=0.5).chat.completions.create(
            model="sim-chat",
            messages=talk.user("Slow", "delay=20000"),
            extra_headers=talk.abandoning(),
        )
    seen(lambda calls: any(call.outcome == "cancelled" for call in calls), seconds=3)
    (row,) = management.settled_of_action(talk.mark)
    assert row["status_code"] == 499
    assert int(row["units"].get("output_tokens", 0)) == 0
    assert row["estimated"]
