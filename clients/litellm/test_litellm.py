"""The LiteLLM SDK in the dialects it speaks."""

from __future__ import annotations

import litellm
import pytest

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]


@pytest.fixture(params=["openai", "anthropic", "gemini"])
def asked(request, v1, origin, key):
    base = {"openai": v1, "anthropic": origin, "gemini": origin + "/v1beta"}[request.param]
    model = request.param + "/sim-chat"
    return {"model": model, "api_base": base, "api_key": key, "max_retries": 0, "num_retries": 0}


def _user(text):
    return [{"role": "user", "content": text}]


def test_text(asked):
    answer = litellm.completion(messages=_user("Say hello"), **asked)
    assert answer.choices[0].message.content
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0


def test_stream(asked):
    options = {"include_usage": True}
    pieces = list(
        litellm.completion(messages=_user("Hi"), stream=True, stream_options=options, **asked)
    )
    assert len(pieces) > 3
    assert [p.usage.total_tokens for p in pieces if getattr(p, "usage", None)]


@pytest.mark.parametrize("streamed", [False, True])
def test_tools_over_two_turns(asked, streamed):
    messages = _user("The weather in Paris and London")

    def ask():
        answer = litellm.completion(messages=messages, tools=TOOLS, stream=streamed, **asked)
        return litellm.stream_chunk_builder(list(answer)) if streamed else answer

    first = ask().choices[0].message
    assert len(first.tool_calls) == 2
    messages.append(first.model_dump())
    for call in first.tool_calls:
        result = {"role": "tool", "tool_call_id": call.id, "name": call.function.name}
        messages.append({**result, "content": "sunny"})
    second = ask().choices[0]
    assert second.finish_reason == "stop" and second.message.content


@pytest.mark.parametrize(
    ("status", "kind"), [(400, litellm.BadRequestError), (429, litellm.RateLimitError)]
)
def test_refusal(asked, status, kind):
    with pytest.raises(kind):
        litellm.completion(messages=_user(f"Fail [[sim status={status}]]"), **asked)


def test_a_stream_that_breaks_is_an_error(asked):
    messages = _user("Fail [[sim tokens=20 error_at=9]]")
    with pytest.raises(Exception, match="upstream failed"):
        list(litellm.completion(messages=messages, stream=True, **asked))


def test_responses_and_embeddings(v1, key):
    openai = {"api_base": v1, "api_key": key}
    answer = litellm.responses(model="openai/sim-chat", input="Say hello", **openai)
    assert answer.usage.output_tokens > 0
    vectors = litellm.embedding(model="openai/sim-embed", input=["one", "two"], **openai)
    assert len(vectors.data) == 2
