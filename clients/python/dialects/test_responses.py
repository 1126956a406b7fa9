"""The OpenAI SDK against responses: text, streams, tools, thoughts, what is kept, errors."""

from __future__ import annotations

import json
from typing import Any

import openai
import pydantic
import pytest

WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


@pytest.fixture
def client(settings) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=settings.base_url,
        api_key=settings.key,
        http_client=openai.DefaultHttpxClient(trust_env=False),
        max_retries=0,
    )


def ask(client, given, **fields):
    return client.responses.create(model=fields.pop("model", "sim-chat"), input=given, **fields)


def test_text(client):
    answer = ask(client, "Hello there", instructions="Be brief")
    assert answer.output_text and answer.status == "completed"
    # 3 for the prompt, 3 and the text for the instructions and for the question
    assert answer.usage.input_tokens == 3 + 5 + 6
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_the_stream_helper_says_the_same(client):
    whole = ask(client, "Hello there")
    with client.responses.stream(model="sim-chat", input="Hello there") as stream:
        text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == whole.output_text == final.output_text
    assert final.usage == whole.usage


def test_parallel_tools_over_kept_turns(client):
    first = ask(client, "Compare the weather in Paris and London", tools=[WEATHER])
    calls = [item for item in first.output if item.type == "function_call"]
    assert [json.loads(call.arguments)["city"] for call in calls] == ["Paris", "London"]
    results: Any = [
        {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
        for call in calls
    ]
    second = ask(client, results, previous_response_id=first.id, tools=[WEATHER])
    assert second.output_text


def test_streamed_tool_arguments(client):
    with client.responses.stream(
        model="sim-chat", input="The weather in Oslo?", tools=[WEATHER]
    ) as stream:
        pieces = [
            event.delta
            for event in stream
            if event.type == "response.function_call_arguments.delta"
        ]
        final = stream.get_final_response()
    assert json.loads("".join(pieces)) == {"city": "Oslo"}
    assert json.loads(final.output[0].arguments) == {"city": "Oslo"}


def test_thoughts_over_turns_that_are_not_kept(client):
    messages: Any = [{"role": "user", "content": "Think"}]
    fields: Any = {"store": False, "include": ["reasoning.encrypted_content"]}
    first = ask(client, messages, model="sim-reasoner", **fields)
    assert [item.type for item in first.output] == ["reasoning", "message"]
    assert first.usage.output_tokens_details.reasoning_tokens == 128
    messages += [*first.output, {"role": "user", "content": "Go on"}]
    assert ask(client, messages, model="sim-reasoner", **fields).output_text
    first.output[0].encrypted_content = "forged"
    with pytest.raises(openai.BadRequestError) as failure:
        ask(client, messages, model="sim-reasoner", **fields)
    assert failure.value.code == "invalid_encrypted_content"


def test_a_summary_is_streamed(client):
    stream = ask(
        client,
        "Think",
        reasoning={"effort": "low", "summary": "auto"},
        stream=True,
    )
    events = list(stream)
    assert any(event.type == "response.reasoning_summary_text.delta" for event in events)
    assert [event.sequence_number for event in events] == list(range(len(events)))


class Trip(pydantic.BaseModel):
    city: str
    days: int


def test_structured_output(client):
    parsed = client.responses.parse(model="sim-chat", input="A trip", text_format=Trip)
    assert isinstance(parsed.output_parsed, Trip)


def test_a_search_and_its_citation(client):
    answer = ask(client, "Find it", tools=[{"type": "web_search"}])
    assert [item.type for item in answer.output] == ["web_search_call", "message"]
    assert answer.output[1].content[0].annotations[0].url


def test_kept_until_deleted(client):
    answer = ask(client, "Keep this")
    assert client.responses.retrieve(answer.id).output_text == answer.output_text
    items = list(client.responses.input_items.list(answer.id))
    assert items[0].content[0].text == "Keep this"
    client.responses.delete(answer.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_incomplete(client):
    answer = ask(client, "Hi [[sim tokens=500]]", max_output_tokens=20)
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage.output_tokens == 20


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (404, openai.NotFoundError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
def test_errors(client, status, error):
    with pytest.raises(error) as failure:
        ask(client, f"Hi [[sim status={status}]]")
    assert failure.value.status_code == status


def test_a_failure_in_mid_stream(client):
    events = list(ask(client, "Hi [[sim error_at=6]]", stream=True))
    assert events[-1].type == "response.failed"
    assert events[-1].response.error.code == "server_error"
