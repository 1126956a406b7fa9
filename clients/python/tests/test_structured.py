"""Structured output: parsed into types, streamed, refused, cut short."""

from __future__ import annotations

import json

import openai
import pydantic
import pytest


class Step(pydantic.BaseModel):
    explanation: str
    output: float


class Solution(pydantic.BaseModel):
    steps: list[Step]
    final_answer: str
    certain: bool


def test_parse(client, talk, seen):
    answer = client.chat.completions.parse(
        model="sim-chat", messages=talk.user("Solve 8x + 7 = -23"), response_format=Solution
    )
    assert isinstance(answer.choices[0].message.parsed, Solution)
    assert seen()[0].body["response_format"]["json_schema"]["strict"] is True


def test_streamed(client, talk):
    with client.chat.completions.stream(
        model="sim-chat", messages=talk.user("Solve it"), response_format=Solution
    ) as stream:
        snapshots = [event.parsed for event in stream if event.type == "content.delta"]
        final = stream.get_final_completion()
    assert snapshots
    assert isinstance(final.choices[0].message.parsed, Solution)


def test_json_object(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("As JSON"),
        response_format={"type": "json_object"},
    )
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


def test_refusal_parses_to_nothing(client, talk):
    answer = client.chat.completions.parse(
        model="sim-chat", messages=talk.user("No", "refusal=true"), response_format=Solution
    )
    assert answer.choices[0].message.parsed is None
    assert answer.choices[0].message.refusal


def test_cut_short_is_the_sdks_own_error(client, talk):
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(
            model="sim-chat",
            messages=talk.user("Solve"),
            response_format=Solution,
            max_completion_tokens=3,
        )
