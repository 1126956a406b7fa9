"""Tools: one, several at once, over several turns, streamed."""

from __future__ import annotations

import json

import openai
import pydantic

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class GetWeather(pydantic.BaseModel):
    city: str
    unit: str


def test_one_call_and_its_result(client, talk):
    messages = talk.user("What is the weather in Paris?")
    first = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER])
    assert first.choices[0].finish_reason == "tool_calls"
    (call,) = first.choices[0].message.tool_calls
    assert json.loads(call.function.arguments)["city"] == "Paris"

    messages.append(first.choices[0].message)
    messages.append({"role": "tool", "tool_call_id": call.id, "content": '{"celsius": 21}'})
    second = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER])
    assert second.choices[0].finish_reason == "stop"
    assert second.choices[0].message.content


def test_parallel_calls(client, talk):
    messages = talk.user("Compare the weather in Paris and London")
    first = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER])
    calls = first.choices[0].message.tool_calls
    assert [json.loads(call.function.arguments)["city"] for call in calls] == ["Paris", "London"]
    assert len({call.id for call in calls}) == 2

    messages.append(first.choices[0].message)
    for call in calls:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": "rain"})
    second = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER])
    assert second.choices[0].message.content


def test_parallel_calls_declined(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Compare the weather in Paris and London"),
        tools=[WEATHER],
        parallel_tool_calls=False,
    )
    assert len(answer.choices[0].message.tool_calls) == 1


def test_required_and_named_choice(client, talk):
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        answer = client.chat.completions.create(
            model="sim-chat", messages=talk.user("Go"), tools=[WEATHER], tool_choice=choice
        )
        assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"


def test_custom_tool(client, talk):
    tool = {"type": "custom", "custom": {"name": "run_code", "description": "Runs code"}}
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Use run_code"), tools=[tool]
    )
    (call,) = answer.choices[0].message.tool_calls
    assert call.type == "custom"
    assert call.custom.name == "run_code"


def test_streamed_calls(client, talk):
    names: dict[int, str] = {}
    arguments: dict[int, str] = {}
    finish = None
    for chunk in client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Compare the weather in Paris and London"),
        tools=[WEATHER],
        stream=True,
    ):
        for choice in chunk.choices:
            finish = choice.finish_reason or finish
            for call in choice.delta.tool_calls or []:
                if call.function.name:
                    names[call.index] = call.function.name
                part = arguments.get(call.index, "") + (call.function.arguments or "")
                arguments[call.index] = part
    assert finish == "tool_calls"
    assert names == {0: "get_weather", 1: "get_weather"}
    assert [json.loads(text)["city"] for text in arguments.values()] == ["Paris", "London"]


def test_streamed_calls_by_the_helper(client, talk):
    with client.chat.completions.stream(
        model="sim-chat",
        messages=talk.user("What is the weather in Berlin?"),
        tools=[pydantic_tool()],
    ) as stream:
        done = [event for event in stream if event.type == "tool_calls.function.arguments.done"]
        final = stream.get_final_completion()
    assert done[0].parsed_arguments.city == "Berlin"
    assert final.choices[0].message.tool_calls[0].function.parsed_arguments.city == "Berlin"


def pydantic_tool():
    return openai.pydantic_function_tool(GetWeather)


def test_parsed_calls(client, talk):
    answer = client.chat.completions.parse(
        model="sim-chat",
        messages=talk.user("What is the GetWeather in Tokyo?"),
        tools=[pydantic_tool()],
    )
    (call,) = answer.choices[0].message.tool_calls
    assert call.function.parsed_arguments == GetWeather(
        city="Tokyo", unit=call.function.parsed_arguments.unit
    )
