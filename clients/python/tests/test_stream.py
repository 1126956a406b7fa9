"""Streams: by events, by the SDK's helper, with and without usage, broken ones."""

from __future__ import annotations

import openai
import pytest


def _text(chunks) -> str:
    deltas = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    return "".join(deltas)


def test_says_what_a_plain_answer_says(client, talk):
    plain = client.chat.completions.create(model="sim-chat", messages=talk.user("Same"))
    chunks = list(
        client.chat.completions.create(model="sim-chat", messages=talk.user("Same"), stream=True)
    )
    assert _text(chunks) == plain.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_usage_stays_hidden_unless_asked(client, talk):
    chunks = list(
        client.chat.completions.create(model="sim-chat", messages=talk.user("Quiet"), stream=True)
    )
    assert all(chunk.usage is None for chunk in chunks)
    assert all(chunk.choices for chunk in chunks)


def test_usage_stays_hidden_when_declined(client, talk):
    stream = client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Quiet"),
        stream=True,
        stream_options={"include_usage": False},
    )
    chunks = list(stream)
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


def test_usage_when_asked(client, talk, seen):
    stream = client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Tell"),
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].choices == []
    (call,) = seen()
    assert chunks[-1].usage.prompt_tokens == call.produced["prompt_tokens"]
    assert chunks[-1].usage.completion_tokens == call.produced["completion_tokens"]


@pytest.mark.gateway
def test_usage_is_asked_for_behind_the_client(client, talk, seen):
    for _ in client.chat.completions.create(
        model="sim-chat", messages=talk.user("Quiet"), stream=True
    ):
        pass
    assert seen()[0].body["stream_options"]["include_usage"] is True


def test_helper(client, talk):
    kinds: set[str] = set()
    said = ""
    with client.chat.completions.stream(
        model="sim-chat",
        messages=talk.user("Help"),
        stream_options={"include_usage": True},
    ) as stream:
        for event in stream:
            kinds.add(event.type)
            if event.type == "content.delta":
                said += event.delta
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content == said
    assert final.usage.completion_tokens > 0


def test_several_choices_take_turns(client, talk):
    said = {0: "", 1: ""}
    for chunk in client.chat.completions.create(
        model="sim-chat", messages=talk.user("Two"), n=2, stream=True
    ):
        for choice in chunk.choices:
            said[choice.index] += choice.delta.content or ""
    assert said[0] and said[1] and said[0] != said[1]


def test_logprobs(client, talk):
    chunks = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Sure?"), logprobs=True, stream=True
    )
    tokens = [
        token.token
        for chunk in chunks
        for choice in chunk.choices
        if choice.logprobs
        for token in choice.logprobs.content
    ]
    assert len(tokens) > 10


@pytest.mark.parametrize(
    "wire",
    [
        "split=11",
        "trickle=7 tokens=12",
        "crlf=true",
        "comments=2",
        "sse_ids=true",
        "bom=true",
        "chunk=5",
        "no_done=true",
        "huge_at=3 huge=300000",
        "usage_with_finish=true",
        "empty_first=true",
    ],
)
def test_wire_of_the_upstream_does_not_matter(client, talk, wire):
    text = "naïve 水 🌊 café, twice: naïve 水 🌊 café"
    stream = client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Wire", f'{wire} text="{text}"'),
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert _text(chunks) == text
    assert [chunk.usage for chunk in chunks if chunk.usage][-1].completion_tokens > 0


def test_hidden_usage_of_an_odd_upstream(client, talk):
    """Usage rides on the event that finishes: the event has to stay, the usage has to go."""
    stream = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Odd", "usage_with_finish=true"), stream=True
    )
    chunks = list(stream)
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_long_stream(client, talk):
    stream = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Long", "tokens=5000"), stream=True
    )
    assert sum(1 for chunk in stream if chunk.choices) > 5_000


@pytest.mark.estimated
def test_error_event(client, talk):
    with pytest.raises(openai.APIError) as failure:
        for _ in client.chat.completions.create(
            model="sim-chat", messages=talk.user("Break", "error_at=5"), stream=True
        ):
            pass
    assert not isinstance(failure.value, openai.APIStatusError)
    assert failure.value.message


@pytest.mark.gateway
@pytest.mark.estimated
@pytest.mark.parametrize("how", ["fin", "rst"])
def test_cut_of_the_upstream_is_an_error_event(client, talk, how):
    received = 0
    with pytest.raises(openai.APIError) as failure:
        for _ in client.chat.completions.create(
            model="sim-chat", messages=talk.user("Cut", f"cut_at=6 cut={how}"), stream=True
        ):
            received += 1
    assert not isinstance(failure.value, openai.APIConnectionError)
    assert failure.value.code == "upstream_error"
    if how == "fin":
        assert received == 6


@pytest.mark.estimated
def test_missing_usage_is_charged_all_the_same(client, talk):
    stream = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Nothing told", "usage=missing"), stream=True
    )
    assert _text(stream)


def test_error_before_the_first_event_is_a_status(client, talk):
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(
            model="sim-chat", messages=talk.user("Not at all", "status=422"), stream=True
        )
