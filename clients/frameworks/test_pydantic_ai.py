"""pydantic-ai in every dialect: agents that run tools themselves, over several turns."""

from __future__ import annotations

import base64

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider


class Place(BaseModel):
    city: str
    people: int


KINDS = ["chat", "responses", "messages", "gemini"]


@pytest.fixture(params=[(k, m) for k in KINDS for m in ("sim-chat", "sim-reasoner")], ids="-".join)
def model(request, v1, origin, key):
    kind, name = request.param
    if kind == "chat":
        return OpenAIChatModel(name, provider=OpenAIProvider(base_url=v1, api_key=key))
    if kind == "responses":
        return OpenAIResponsesModel(name, provider=OpenAIProvider(base_url=v1, api_key=key))
    if kind == "messages":
        return AnthropicModel(name, provider=AnthropicProvider(base_url=origin, api_key=key))
    return GoogleModel(name, provider=GoogleProvider(base_url=origin, api_key=key))


@pytest.fixture
def agent(model):
    agent = Agent(model)

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """The weather in a city"""
        return "sunny in " + city

    return agent


def test_tools_over_several_turns(agent):
    first = agent.run_sync("The weather in Paris and London")
    assert first.output and first.usage.tool_calls == 2 and first.usage.requests == 2
    more = agent.run_sync("Thanks", message_history=first.all_messages())
    assert more.output and len(more.all_messages()) == len(first.all_messages()) + 2


def test_stream_with_tools(agent):
    run = agent.run_stream_sync("The weather in Paris")
    pieces = list(run.stream_text(delta=True))
    assert "".join(pieces)
    assert run.usage.output_tokens > 0


def test_structured_answer(model):
    place = Agent(model, output_type=Place).run_sync("Fill it with the weather").output
    assert place.city and place.people


def test_image_and_pdf(model, png, pdf):
    parts = [
        "Look",
        BinaryContent(base64.b64decode(png), media_type="image/png"),
        BinaryContent(base64.b64decode(pdf), media_type="application/pdf"),
    ]
    assert Agent(model).run_sync(parts).usage.input_tokens > 1750


def test_refusal(model):
    with pytest.raises(Exception, match="Simulated failure"):
        Agent(model).run_sync("Fail [[sim status=400]]")
