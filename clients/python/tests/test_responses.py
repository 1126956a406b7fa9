"""The official OpenAI SDK's responses, unmodified, against models of a provider that speaks chat."""

from __future__ import annotations

import json

import openai
import pytest

pytestmark = pytest.mark.gateway

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


def _asked(talk, text, directives="", **more):
    return {"model": "sim-chat", "store": False, **more, "input": talk.ask(text, directives)}


def test_text(client, talk):
    answer = client.responses.create(**_asked(talk, "Say hello"), instructions="Be kind.")
    assert answer.object == "response" and answer.status == "completed"
    assert answer.output_text and answer.id.startswith("resp_") and answer.created_at > 0
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    assert answer.instructions == "Be kind." and answer.store is False
    assert answer._request_id.startswith("req_")


def test_cached_input_is_inside_the_whole(client, talk):
    answer = client.responses.create(
        **_asked(talk, "A prompt with a few more words than that", "cached=4 cache_write=3")
    )
    details = answer.usage.input_tokens_details
    assert details.cached_tokens == 4
    assert answer.usage.input_tokens > 7
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_output_limit(client, talk):
    short = client.responses.create(**_asked(talk, "Tell me a lot", "tokens=50"), max_output_tokens=16)
    assert short.status == "incomplete"
    assert short.incomplete_details.reason == "max_output_tokens"
    assert short.usage.output_tokens <= 16


def test_raw_stream_has_every_event(client, talk):
    events = list(client.responses.create(**_asked(talk, "Hello", "comments=1"), stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    types = [event.type for event in events]
    assert types[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert types[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


def test_stream(client, talk):
    with client.responses.stream(**_asked(talk, "Say hello", "tokens=12")) as stream:
        pieces = [event.delta for event in stream if event.type == "response.output_text.delta"]
        answer = stream.get_final_response()
    assert len(pieces) > 1
    assert "".join(pieces) == answer.output_text
    assert answer.usage.output_tokens == 12


@pytest.mark.parametrize("streamed", [False, True])
def test_tools_over_two_turns(client, talk, streamed):
    items = talk.user("Compare the weather in Paris and London")
    first = _answer(client, streamed, input=items, tools=[WEATHER])
    calls = [item for item in first.output if item.type == "function_call"]
    assert [json.loads(call.arguments)["city"] for call in calls] == ["Paris", "London"]
    items += first.output
    for call in calls:
        items.append(
            {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        )
    second = _answer(client, streamed, input=items, tools=[WEATHER])
    assert second.status == "completed" and second.output_text


def _answer(client, streamed, **asked):
    if not streamed:
        return client.responses.create(model="sim-chat", store=False, **asked)
    with client.responses.stream(model="sim-chat", store=False, **asked) as stream:
        return stream.get_final_response()


def test_a_tool_that_must_be_called_and_one_that_takes_any_text(client, talk):
    named = client.responses.create(
        **_asked(talk, "Go"),
        tools=[WEATHER],
        tool_choice={"type": "function", "name": "get_weather"},
        parallel_tool_calls=False,
    )
    assert [item.type for item in named.output].count("function_call") == 1
    free = client.responses.create(
        **_asked(talk, "Go"),
        tools=[{"type": "custom", "name": "note", "description": "Takes a note"}],
        tool_choice="required",
    )
    (call,) = [item for item in free.output if item.type == "custom_tool_call"]
    assert call.name == "note" and call.input


def test_structured_answer(client, talk):
    schema = WEATHER["parameters"]
    answer = client.responses.create(
        **_asked(talk, "Where?"),
        text={"format": {"type": "json_schema", "name": "n", "schema": schema, "strict": True}},
    )
    assert "city" in json.loads(answer.output_text)


@pytest.mark.parametrize("streamed", [False, True])
def test_reasoning_is_shown_and_goes_back(client, talk, streamed):
    items = talk.user("Think", "reasoning=6 reasoning_content")
    asked = {"model": "sim-reasoner", "store": False, "reasoning": {"effort": "low"}}
    if streamed:
        with client.responses.stream(input=items, **asked) as stream:
            first = stream.get_final_response()
    else:
        first = client.responses.create(input=items, **asked)
    assert [item.type for item in first.output] == ["reasoning", "message"]
    assert first.output[0].summary[0].text
    assert first.usage.output_tokens_details.reasoning_tokens == 6
    more = [*items, *first.output, *talk.user("And then?")]
    assert client.responses.create(input=more, **asked).output_text


@pytest.mark.parametrize(
    ("directives", "kind"),
    [
        ("status=400", openai.BadRequestError),
        ("status=422", openai.UnprocessableEntityError),
        ("status=429", openai.RateLimitError),
        ("status=503", openai.InternalServerError),
    ],
)
def test_refusal_of_the_upstream(talk, directives, kind):
    with pytest.raises(kind) as failure:
        talk.client(max_retries=0).responses.create(**_asked(talk, "Fail", directives))
    assert failure.value.message


@pytest.mark.unbilled
@pytest.mark.parametrize(
    "member", [{"conversation": "conv_1"}, {"prompt": {"id": "p"}}, {"background": True}]
)
def test_what_only_a_provider_keeps_is_refused(client, talk, member):
    with pytest.raises(openai.BadRequestError) as failure:
        client.responses.create(**_asked(talk, "Hi"), **member)
    assert failure.value.param == next(iter(member))


def test_an_earlier_response_is_gone_on_with(client, talk):
    kept = client.responses.create(**_asked(talk, "Say hello", store=True))
    more = client.responses.create(**_asked(talk, "More"), previous_response_id=kept.id)
    assert more.usage.input_tokens > kept.usage.input_tokens + kept.usage.output_tokens


def test_a_kept_response_is_not_played_again(client, talk):
    kept = client.responses.create(**_asked(talk, "Say hello", store=True))
    assert client.responses.retrieve(kept.id).output_text == kept.output_text
    with pytest.raises(openai.BadRequestError) as failure:
        client.responses.retrieve(kept.id, stream=True)
    assert failure.value.param == "stream"


@pytest.mark.estimated
def test_a_failure_after_the_first_byte_is_a_failed_response(talk):
    events = list(
        talk.client(max_retries=0).responses.create(
            **_asked(talk, "Fail", "tokens=20 error_at=5"), stream=True
        )
    )
    assert events[-1].type == "response.failed"
    assert events[-1].response.error.message


@pytest.mark.unbilled
def test_the_input_is_counted(client, talk):
    counted = client.responses.input_tokens.count(model="sim-chat", input=talk.ask("How long?"))
    assert counted.object == "response.input_tokens"
    assert counted.input_tokens > 0
