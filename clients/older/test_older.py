"""Releases before the present majors, which authenticate otherwise, and the client of the second
host of OpenAI's API, whose paths name the model."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import anthropic
import httpx
import openai
import pytest

V1 = os.environ["SLUICE_BASE_URL"].rstrip("/")
ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(V1))
KEY = os.environ["SLUICE_KEY"]
USER = [{"role": "user", "content": "Say hello"}]


def _azure(**more):
    settings = {"azure_endpoint": ORIGIN, "api_key": KEY, "api_version": "2024-10-21", **more}
    return openai.AzureOpenAI(max_retries=0, **settings)


@pytest.fixture(params=["openai", "azure", "azure-deployment"])
def client(request):
    if request.param == "openai":
        return openai.OpenAI(base_url=V1, api_key=KEY, max_retries=0)
    return _azure(azure_deployment="sim-chat") if "-" in request.param else _azure()


def test_openai(client):
    answer = client.chat.completions.create(model="sim-chat", messages=USER)
    assert answer.choices[0].message.content and answer.usage.total_tokens > 0
    pieces = list(client.chat.completions.create(model="sim-chat", messages=USER, stream=True))
    said = "".join(c.delta.content or "" for p in pieces for c in p.choices)
    assert said == answer.choices[0].message.content


def test_openai_tools(client):
    tool = {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    answer = client.chat.completions.create(
        model="sim-chat",
        messages=[{"role": "user", "content": "Paris and London: get_weather"}],
        tools=[{"type": "function", "function": tool}],
    )
    calls = answer.choices[0].message.tool_calls
    assert len(calls) == 2
    results = [{"role": "tool", "tool_call_id": c.id, "content": "sunny"} for c in calls]
    more = client.chat.completions.create(
        model="sim-chat", messages=[*USER, answer.choices[0].message, *results]
    )
    assert more.choices[0].finish_reason == "stop"


def test_openai_responses():
    client = openai.OpenAI(base_url=V1, api_key=KEY, max_retries=0)
    first = client.responses.create(model="sim-chat", input="Say hello")
    assert first.output_text
    more = client.responses.create(model="sim-chat", input="More", previous_response_id=first.id)
    assert more.usage.input_tokens > first.usage.input_tokens


def test_deployments_serve_embeddings_and_models():
    assert len(_azure().embeddings.create(model="sim-embed", input="one").data[0].embedding) > 0
    newer = openai.OpenAI(base_url=ORIGIN + "/openai/v1", api_key=KEY, max_retries=0)
    assert "sim-chat" in {model.id for model in newer.models.list()}
    assert newer.responses.create(model="sim-chat", input="Say hello").output_text


def test_the_deployment_is_the_model_whatever_the_body_says():
    def post(path, body):
        url = f"{ORIGIN}/openai/deployments/{path}/chat/completions?api-version=2024-10-21"
        return httpx.post(url, headers={"api-key": KEY}, json=body, trust_env=False)

    assert post("sim-chat", {"messages": USER}).status_code == 200
    assert post("sim-chat", {"model": "nothing", "messages": USER}).status_code == 200
    missing = post("nothing", {"model": "sim-chat", "messages": USER})
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "model_not_found"


def test_openai_errors(client):
    failing = [{"role": "user", "content": "Fail [[sim status=429]]"}]
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model="sim-chat", messages=failing)
    broken = [{"role": "user", "content": "Fail [[sim tokens=20 error_at=9]]"}]
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="sim-chat", messages=broken, stream=True))
    with pytest.raises(openai.AuthenticationError):
        _azure(api_key="sk-unknown").chat.completions.create(model="sim-chat", messages=USER)


@pytest.mark.parametrize("auth", [{"api_key": KEY}, {"auth_token": KEY}])
def test_anthropic(auth):
    client = anthropic.Anthropic(base_url=ORIGIN, max_retries=0, **auth)
    asked = {"model": "sim-chat", "max_tokens": 200, "messages": USER}
    answer = client.messages.create(**asked)
    assert answer.content[0].text and answer.usage.output_tokens > 0
    with client.messages.stream(**asked) as stream:
        assert stream.get_final_message().content[0].text == answer.content[0].text
    assert client.messages.count_tokens(model="sim-chat", messages=USER).input_tokens > 0
    assert "sim-chat" in {model.id for model in client.models.list()}


def test_anthropic_tools():
    client = anthropic.Anthropic(base_url=ORIGIN, api_key=KEY, max_retries=0)
    tool = {"name": "get_weather", "input_schema": {"type": "object", "properties": {}}}
    asked = {"model": "sim-chat", "max_tokens": 200, "tools": [tool]}
    messages = [{"role": "user", "content": "Paris and London: get_weather"}]
    first = client.messages.create(**asked, messages=messages)
    calls = [block for block in first.content if block.type == "tool_use"]
    assert calls and first.stop_reason == "tool_use"
    results = [{"type": "tool_result", "tool_use_id": c.id, "content": "sunny"} for c in calls]
    messages += [
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": results},
    ]
    with client.messages.stream(**asked, messages=messages) as stream:
        assert stream.get_final_message().stop_reason == "end_turn"


def test_anthropic_errors():
    client = anthropic.Anthropic(base_url=ORIGIN, api_key=KEY, max_retries=0)
    broken = [{"role": "user", "content": "Fail [[sim tokens=20 error_at=9]]"}]
    with pytest.raises(anthropic.APIStatusError):
        with client.messages.stream(model="sim-chat", max_tokens=90, messages=broken) as stream:
            stream.get_final_message()
    for text, kind in (
        ("[[sim status=400]]", anthropic.BadRequestError),
        ("[[sim status=429]]", anthropic.RateLimitError),
    ):
        with pytest.raises(kind):
            failing = [{"role": "user", "content": "Fail " + text}]
            client.messages.create(model="sim-chat", max_tokens=9, messages=failing)
    with pytest.raises(anthropic.AuthenticationError):
        anthropic.Anthropic(base_url=ORIGIN, api_key="sk-unknown", max_retries=0).models.list()


def test_openai_beta_realtime_secrets():
    client = openai.OpenAI(base_url=V1, api_key=KEY, max_retries=0)
    session = client.beta.realtime.sessions.create(
        model="sim-realtime", modalities=["text"], instructions="Be brief."
    )
    assert session.client_secret.value.startswith("ek_")
    assert session.client_secret.expires_at > 0
    assert session.modalities == ["text"]
