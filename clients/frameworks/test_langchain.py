"""LangChain in every dialect: text, streams, tools over several turns, media and errors."""

from __future__ import annotations

import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel


@tool
def get_weather(city: str) -> str:
    """The weather in a city"""
    return "sunny in " + city


class Place(BaseModel):
    """A place"""

    city: str
    people: int


KINDS = ["chat", "responses", "responses-kept", "messages", "gemini"]


@pytest.fixture(params=[(k, m) for k in KINDS for m in ("sim-chat", "sim-reasoner")], ids="-".join)
def model(request, v1, origin, key):
    kind, name = request.param
    openai = {"model": name, "base_url": v1, "api_key": key, "max_retries": 0}
    if kind == "chat":
        return ChatOpenAI(stream_usage=True, **openai)
    if kind == "responses":
        return ChatOpenAI(use_responses_api=True, **openai)
    if kind == "responses-kept":
        return ChatOpenAI(use_responses_api=True, use_previous_response_id=True, **openai)
    if kind == "messages":
        return ChatAnthropic(model=name, base_url=origin, api_key=key, max_retries=0, max_tokens=3000)
    return ChatGoogleGenerativeAI(model=name, base_url=origin, google_api_key=key, max_retries=0)


def test_text(model):
    answer = model.invoke("Say hello")
    assert answer.text
    usage = answer.usage_metadata
    assert usage["input_tokens"] > 0
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_stream(model):
    pieces = list(model.stream("Say hello [[sim tokens=20]]"))
    assert len([piece for piece in pieces if piece.text]) > 3
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert whole.usage_metadata["output_tokens"] >= 20


@pytest.mark.parametrize("streamed", [False, True])
def test_tools_over_three_turns(model, streamed):
    asking = model.bind_tools([get_weather])
    messages = [HumanMessage("The weather in Paris and London")]

    def ask():
        if not streamed:
            return asking.invoke(messages)
        whole = None
        for piece in asking.stream(messages):
            whole = piece if whole is None else whole + piece
        return whole

    first = ask()
    assert [call["args"] for call in first.tool_calls] == [{"city": "Paris"}, {"city": "London"}]
    messages.append(first)
    for call in first.tool_calls:
        said = get_weather.invoke(call["args"])
        messages.append(ToolMessage(said, tool_call_id=call["id"], name=call["name"]))
    second = ask()
    assert second.text and not second.tool_calls
    messages += [second, HumanMessage("Thanks")]
    assert ask().text


def test_structured_answer(model):
    place = model.with_structured_output(Place).invoke("Fill it")
    assert place.city and place.people


def test_image_and_pdf(model, png, pdf):
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image", "base64": png, "mime_type": "image/png"},
        {"type": "file", "base64": pdf, "mime_type": "application/pdf", "filename": "a.pdf"},
    ]
    # a tile of a picture and a page
    assert model.invoke([HumanMessage(parts)]).usage_metadata["input_tokens"] > 1750


@pytest.mark.parametrize("status", [400, 429, 503])
def test_refusal(model, status):
    with pytest.raises(Exception, match="[Ss]imulated|upstream"):
        model.invoke(f"Fail [[sim status={status}]]")


def test_a_stream_that_breaks_is_an_error(model):
    with pytest.raises(Exception, match="upstream failed"):
        list(model.stream("Fail [[sim tokens=20 error_at=9]]"))


def test_embeddings(v1, key):
    embeddings = OpenAIEmbeddings(
        model="sim-embed", base_url=v1, api_key=key, check_embedding_ctx_length=False
    )
    one, two = embeddings.embed_documents(["one", "two"])
    assert len(one) == len(two) == 1536 and one != two
