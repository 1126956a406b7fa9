"""The Anthropic SDK against messages: text, streams, tools, thinking, cache, errors."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest

WEATHER: Any = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


@pytest.fixture
def client(settings) -> anthropic.Anthropic:
    # The SDK adds /v1 itself.
    return anthropic.Anthropic(
        base_url=settings.base_url.removesuffix("/v1"),
        api_key=settings.key,
        http_client=anthropic.DefaultHttpxClient(trust_env=False),
        max_retries=0,
    )


def user(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def ask(client, text, **fields):
    model = fields.pop("model", "sim-chat")
    return client.messages.create(
        model=model, max_tokens=2000, messages=user(text), **fields
    )


def test_text(client):
    answer = ask(client, "Hello there")
    assert answer.type == "message" and answer.role == "assistant"
    assert answer.content[0].type == "text" and answer.content[0].text
    assert answer.stop_reason == "end_turn"
    assert answer.usage.input_tokens == 9
    assert answer._request_id and answer._request_id.startswith("req_")
    assert ask(client, "Hello there").content == answer.content


def test_the_stream_helper_says_the_same(client):
    whole = ask(client, "Hello there")
    with client.messages.stream(
        model="sim-chat", max_tokens=2000, messages=user("Hello there")
    ) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == whole.content[0].text
    assert final.content[0].text == text
    assert final.usage.output_tokens == whole.usage.output_tokens
    assert final.usage.input_tokens == whole.usage.input_tokens
    assert final.stop_reason == "end_turn"


def test_raw_events_come_in_order(client):
    stream = ask(client, "Hello there [[sim tokens=3]]", stream=True)
    assert [event.type for event in stream] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_async(settings):
    import asyncio

    async def run() -> str:
        async with anthropic.AsyncAnthropic(
            base_url=settings.base_url.removesuffix("/v1"),
            api_key=settings.key,
            http_client=anthropic.DefaultAsyncHttpxClient(trust_env=False),
        ) as client:
            async with client.messages.stream(
                model="sim-chat", max_tokens=100, messages=user("Hi")
            ) as stream:
                return await stream.get_final_text()

    assert asyncio.run(run())


def test_parallel_tools_over_turns(client):
    messages = user("Compare the weather in Paris and London")
    first = client.messages.create(
        model="sim-chat", max_tokens=500, messages=messages, tools=[WEATHER]
    )
    assert first.stop_reason == "tool_use"
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Paris", "London"]
    results: Any = [
        {"type": "tool_result", "tool_use_id": call.id, "content": "rain"} for call in calls
    ]
    messages += [
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": results},
    ]
    second = client.messages.create(
        model="sim-chat", max_tokens=500, messages=messages, tools=[WEATHER]
    )
    assert second.stop_reason == "end_turn" and second.content[0].text


def test_streamed_tool_input(client):
    with client.messages.stream(
        model="sim-chat",
        max_tokens=500,
        messages=user("What is the weather in Oslo?"),
        tools=[WEATHER],
        tool_choice={"type": "any"},
    ) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        final = stream.get_final_message()
    assert json.loads("".join(pieces)) == {"city": "Oslo"}
    assert final.content[0].input == {"city": "Oslo"}


def test_thinking_over_turns(client):
    messages = user("Think about it")
    thinking: Any = {"type": "enabled", "budget_tokens": 1024}
    with client.messages.stream(
        model="sim-chat", max_tokens=2000, messages=messages, thinking=thinking
    ) as stream:
        first = stream.get_final_message()
    assert [block.type for block in first.content] == ["thinking", "text"]
    assert first.content[0].signature
    messages += [{"role": "assistant", "content": first.content}, *user("Go on")]
    second = client.messages.create(
        model="sim-chat", max_tokens=2000, messages=messages, thinking=thinking
    )
    assert second.content
    messages[1]["content"][0].signature = "forged"
    with pytest.raises(anthropic.BadRequestError, match="signature"):
        client.messages.create(
            model="sim-chat", max_tokens=2000, messages=messages, thinking=thinking
        )


def test_redacted_thinking(client):
    answer = ask(client, "Think [[sim reasoning=9 redacted]]")
    assert [block.type for block in answer.content] == ["redacted_thinking", "text"]


def test_a_search_and_its_citation(client):
    tool: Any = {"type": "web_search_20250305", "name": "web_search"}
    answer = ask(client, "Find it", tools=[tool])
    assert [block.type for block in answer.content] == [
        "server_tool_use",
        "web_search_tool_result",
        "text",
    ]
    assert answer.usage.server_tool_use.web_search_requests == 1
    assert answer.content[2].citations[0].url


def test_the_cache(client):
    system: Any = [
        {
            "type": "text",
            "text": "Be kind. " * 700,
            "cache_control": {"type": "ephemeral", "ttl": "1h"},
        }
    ]
    first = ask(client, "One", system=system).usage
    assert first.cache_creation.ephemeral_1h_input_tokens == first.cache_creation_input_tokens
    assert first.cache_creation_input_tokens > 1024
    second = ask(client, "Two", system=system).usage
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens


@pytest.mark.parametrize(
    ("directives", "reason"),
    [("refusal", "refusal"), ("tokens=5000", "max_tokens"), ("finish=pause_turn", "pause_turn")],
)
def test_stop_reasons(client, directives, reason):
    assert ask(client, f"Hi [[sim {directives}]]").stop_reason == reason


def test_stop_sequence(client):
    answer = ask(client, 'Hi [[sim text="one STOP two"]]', stop_sequences=["STOP"])
    assert answer.stop_reason == "stop_sequence" and answer.stop_sequence == "STOP"
    assert answer.content[0].text == "one "


def test_count_tokens_is_what_is_charged(client):
    counted = client.messages.count_tokens(
        model="sim-chat", system="Be brief", messages=user("Hello there"), tools=[WEATHER]
    )
    answer = ask(client, "Hello there", system="Be brief", tools=[WEATHER])
    assert counted.input_tokens == answer.usage.input_tokens


def test_models(client):
    ids = [model.id for model in client.models.list(limit=3)]
    assert "sim-chat" in ids and len(ids) == len(set(ids)) > 3
    assert client.models.retrieve("sim-chat").display_name


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, anthropic.BadRequestError),
        (401, anthropic.AuthenticationError),
        (403, anthropic.PermissionDeniedError),
        (404, anthropic.NotFoundError),
        (413, anthropic.APIStatusError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.APIStatusError),
    ],
)
def test_errors(client, status, error):
    with pytest.raises(error) as failure:
        ask(client, f"Hi [[sim status={status}]]")
    assert failure.value.status_code == status
    assert failure.value.body["type"] == "error"
    assert failure.value.request_id == failure.value.body["request_id"]


def test_an_error_in_mid_stream(client):
    stream = ask(client, "Hi [[sim error_at=5 type=overloaded_error]]", stream=True)
    with pytest.raises(anthropic.APIStatusError) as failure:
        for _ in stream:
            pass
    assert failure.value.body["error"]["type"] == "overloaded_error"


def test_the_sdk_retries_what_is_overloaded(settings):
    client = anthropic.Anthropic(
        base_url=settings.base_url.removesuffix("/v1"),
        api_key=settings.key,
        http_client=anthropic.DefaultHttpxClient(trust_env=False),
        max_retries=1,
    )
    with pytest.raises(anthropic.APIStatusError):
        ask(client, "Hi [[sim status=529 retry_after_ms=20]]")
