"""The Google SDK against Gemini's dialect: text, streams, functions, thoughts, embeddings, errors."""

from __future__ import annotations

import enum
from typing import Any

import pydantic
import pytest
from google import genai
from google.genai import errors, types


@pytest.fixture
def client(settings) -> genai.Client:
    # The SDK adds /v1beta itself.
    options = types.HttpOptions(base_url=settings.base_url.removesuffix("/v1"))
    return genai.Client(api_key=settings.key, http_options=options)


def ask(client, contents: Any, **config: Any):
    return client.models.generate_content(
        model=config.pop("model", "sim-chat"),
        contents=contents,
        config=types.GenerateContentConfig(**config),
    )


WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            parameters=types.Schema(
                type=types.Type.OBJECT,
                properties={"city": types.Schema(type=types.Type.STRING)},
                required=["city"],
            ),
        )
    ]
)


def test_text(client):
    answer = ask(client, "Hello there")
    assert answer.text
    assert answer.usage_metadata.prompt_token_count == 9
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP


def test_a_stream_says_the_same(client):
    whole = ask(client, "Hello there")
    stream = client.models.generate_content_stream(
        model="sim-chat", contents="Hello there", config=types.GenerateContentConfig()
    )
    chunks = list(stream)
    assert "".join(chunk.text or "" for chunk in chunks) == whole.text
    assert chunks[-1].usage_metadata == whole.usage_metadata


def test_functions_over_turns(client):
    question = types.Content(
        role="user", parts=[types.Part(text="Compare the weather in Paris and London")]
    )
    first = ask(client, [question], model="sim-reasoner", tools=[WEATHER])
    calls = first.function_calls
    assert [call.args["city"] for call in calls] == ["Paris", "London"]
    results = [
        types.Part.from_function_response(name=call.name, response={"sky": "rain"})
        for call in calls
    ]
    turns = [
        question,
        first.candidates[0].content,
        types.Content(role="user", parts=results),
    ]
    # The signature comes back as the SDK writes it.
    assert ask(client, turns, model="sim-reasoner", tools=[WEATHER]).text


def test_streamed_functions_come_whole(client):
    chunks = client.models.generate_content_stream(
        model="sim-chat",
        contents="Compare the weather in Paris and London",
        config=types.GenerateContentConfig(tools=[WEATHER]),
    )
    calls = [call for chunk in chunks for call in chunk.function_calls or []]
    assert [call.args["city"] for call in calls] == ["Paris", "London"]


def test_thoughts(client):
    thinking = types.ThinkingConfig(include_thoughts=True, thinking_budget=64)
    answer = ask(client, "Think", thinking_config=thinking)
    parts = answer.candidates[0].content.parts
    assert parts[0].thought and parts[0].text
    assert parts[1].thought_signature
    assert answer.usage_metadata.thoughts_token_count == 64


class Trip(pydantic.BaseModel):
    city: str
    days: int


def test_structured_output(client):
    answer = ask(
        client, "A trip", response_mime_type="application/json", response_schema=Trip
    )
    assert isinstance(answer.parsed, Trip)


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


def test_a_word_of_an_enum(client):
    answer = ask(client, "Which?", response_mime_type="text/x.enum", response_schema=Size)
    assert answer.text == "small"
    assert answer.parsed is Size.SMALL


def test_a_search(client):
    search = types.Tool(google_search=types.GoogleSearch())
    answer = ask(client, "Find it", tools=[search])
    assert answer.candidates[0].grounding_metadata.web_search_queries
    assert answer.usage_metadata.tool_use_prompt_token_count == 1536


def test_a_blocked_prompt(client):
    answer = ask(client, "Bad [[sim finish=blocked]]")
    assert not answer.candidates
    assert answer.prompt_feedback.block_reason == types.BlockedReason.SAFETY


def test_count_tokens(client):
    counted = client.models.count_tokens(model="sim-chat", contents="Hello there")
    assert counted.total_tokens == 9


def test_embeddings(client):
    answer = client.models.embed_content(
        model="sim-embed",
        contents=["first text", "second text"],
        config=types.EmbedContentConfig(output_dimensionality=16),
    )
    assert [len(one.values) for one in answer.embeddings] == [16, 16]


def test_models(client):
    assert client.models.get(model="sim-chat").input_token_limit == 128_000
    assert "models/sim-chat" in [model.name for model in client.models.list()]


@pytest.mark.parametrize(
    ("status", "name", "error"),
    [
        (400, "INVALID_ARGUMENT", errors.ClientError),
        (429, "RESOURCE_EXHAUSTED", errors.ClientError),
        (503, "UNAVAILABLE", errors.ServerError),
    ],
)
def test_errors(client, status, name, error):
    with pytest.raises(error) as failure:
        ask(client, f"Hi [[sim status={status}]]")
    assert failure.value.code == status and failure.value.status == name


def test_an_error_in_mid_stream(client):
    chunks = client.models.generate_content_stream(
        model="sim-chat", contents="Hi [[sim error_at=3]]"
    )
    with pytest.raises(errors.APIError):
        list(chunks)
