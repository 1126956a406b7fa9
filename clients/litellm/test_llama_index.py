"""LlamaIndex's client for OpenAI-like servers."""

from __future__ import annotations

import pytest
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike


@pytest.fixture
def llm(v1, key):
    return OpenAILike(
        model="sim-chat",
        api_base=v1,
        api_key=key,
        is_chat_model=True,
        is_function_calling_model=True,
        max_retries=0,
    )


def _user(text):
    return ChatMessage(role="user", content=text)


def test_text_and_stream(llm):
    said = llm.chat([_user("Say hello")]).message.content
    pieces = list(llm.stream_chat([_user("Say hello")]))
    assert said and pieces[-1].message.content == said and len(pieces) > 3


def test_tools_over_two_turns(llm):
    def weather(city: str) -> str:
        """The weather in a city"""
        return "sunny in " + city

    tool = FunctionTool.from_defaults(weather, name="get_weather")
    asked = _user("The weather in Paris and London")
    first = llm.chat_with_tools([tool], user_msg=asked.content, allow_parallel_tool_calls=True)
    calls = llm.get_tool_calls_from_response(first)
    assert [call.tool_kwargs["city"] for call in calls] == ["Paris", "London"]
    results = [
        ChatMessage(
            role="tool",
            content=str(tool(**call.tool_kwargs)),
            additional_kwargs={"tool_call_id": call.tool_id},
        )
        for call in calls
    ]
    history = [asked, first.message, *results]
    assert llm.chat(history, tools=[tool.metadata.to_openai_tool()]).message.content


@pytest.mark.parametrize("directives", ["status=400", "status=429"])
def test_refusal(llm, directives):
    with pytest.raises(Exception, match="[Ss]imulated|upstream"):
        llm.chat([_user(f"Fail [[sim {directives}]]")])


def test_a_stream_that_breaks_is_an_error(llm):
    with pytest.raises(Exception, match="upstream failed"):
        list(llm.stream_chat([_user("Fail [[sim tokens=20 error_at=9]]")]))
