"""The official Anthropic SDK, unmodified, against models of a provider that speaks chat."""

from __future__ import annotations

import anthropic
import pydantic
import pytest

pytestmark = pytest.mark.gateway

WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@pytest.fixture
def claude(talk):
    return _client(talk)


def _client(talk, **options):
    hooks = {"response": [talk.answers.append]}
    return anthropic.Anthropic(
        base_url=talk.settings.base_url.removesuffix("/v1"),
        api_key=options.pop("api_key", talk.settings.key),
        http_client=anthropic.DefaultHttpxClient(event_hooks=hooks, trust_env=False),
        **options,
    )


def test_text(claude, talk):
    message = claude.messages.create(
        model="sim-chat", max_tokens=300, system="Be kind.", messages=talk.user("Say hello")
    )
    assert message.type == "message" and message.role == "assistant"
    assert message.content[0].type == "text" and message.content[0].text
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 0 and message.usage.output_tokens > 0
    assert message._request_id and message._request_id.startswith("req_")


@pytest.mark.unbilled
def test_files(claude):
    content = b"%PDF-1.4 a page"
    file = claude.beta.files.upload(file=("notes.pdf", content, "application/pdf"))
    assert file.type == "file" and file.mime_type == "application/pdf"
    assert file.size_bytes == len(content) and file.downloadable
    assert claude.beta.files.retrieve_metadata(file.id) == file
    assert claude.beta.files.download(file.id).read() == content
    page = claude.beta.files.list(limit=1)
    assert page.data[0].id == page.first_id == page.last_id == file.id
    assert claude.beta.files.delete(file.id).type == "file_deleted"
    with pytest.raises(anthropic.NotFoundError):
        claude.beta.files.retrieve_metadata(file.id)


def test_cached_input_is_beside_the_rest(claude, talk):
    message = claude.messages.create(
        model="sim-chat",
        max_tokens=300,
        messages=talk.user("A prompt with a few more words than that", "cached=4 cache_write=3"),
    )
    assert message.usage.cache_read_input_tokens == 4
    assert message.usage.cache_creation_input_tokens == 3


def test_x_api_key_as_older_clients_send_it(talk):
    client = _client(talk, default_headers={"x-api-key": talk.settings.key})
    message = client.messages.create(model="sim-chat", max_tokens=20, messages=talk.user("Hi"))
    assert message.stop_reason in ("end_turn", "max_tokens")


def test_output_limit_and_stop_sequence(claude, talk):
    short = claude.messages.create(
        model="sim-chat", max_tokens=3, messages=talk.user("Tell me a lot", "tokens=50")
    )
    assert short.stop_reason == "max_tokens" and short.usage.output_tokens <= 3
    stopped = claude.messages.create(
        model="sim-chat",
        max_tokens=300,
        stop_sequences=["three"],
        messages=talk.user("Count", 'text="one two three four"'),
    )
    assert "four" not in stopped.content[0].text


def test_stream(claude, talk):
    with claude.messages.stream(
        model="sim-chat", max_tokens=300, messages=talk.user("Say hello", "tokens=12")
    ) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert len(pieces) > 1
    assert "".join(pieces) == message.content[0].text
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 0 and message.usage.output_tokens == 12


def test_raw_stream_has_every_event(claude, talk):
    events = claude.messages.create(
        model="sim-chat", max_tokens=300, stream=True, messages=talk.user("Say hello", "comments=1")
    )
    types = [event.type for event in events if event.type != "ping"]
    assert types[:2] == ["message_start", "content_block_start"]
    assert types[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_tools_over_two_turns(claude, talk):
    messages = talk.user("Compare the weather in Paris and London")
    first = claude.messages.create(
        model="sim-chat", max_tokens=500, messages=messages, tools=[WEATHER]
    )
    assert first.stop_reason == "tool_use"
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Paris", "London"]
    second = claude.messages.create(
        model="sim-chat",
        max_tokens=500,
        tools=[WEATHER],
        messages=_answered(messages, first, calls),
    )
    assert second.stop_reason == "end_turn" and second.content[0].text


def test_tools_streamed_over_two_turns(claude, talk):
    messages = talk.user("Compare the weather in Paris and London")
    with claude.messages.stream(
        model="sim-chat", max_tokens=500, messages=messages, tools=[WEATHER]
    ) as stream:
        first = stream.get_final_message()
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Paris", "London"]
    with claude.messages.stream(
        model="sim-chat",
        max_tokens=500,
        tools=[WEATHER],
        messages=_answered(messages, first, calls),
    ) as stream:
        assert stream.get_final_text()


def _answered(messages, first, calls):
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"} for call in calls
    ]
    return [
        *messages,
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": results},
    ]


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "get_weather"}])
def test_tool_choice(claude, talk, choice):
    message = claude.messages.create(
        model="sim-chat",
        max_tokens=500,
        messages=talk.user("Go"),
        tools=[WEATHER],
        tool_choice={**choice, "disable_parallel_tool_use": True},
    )
    assert [block.type for block in message.content].count("tool_use") == 1


def test_image_and_structured_answer(claude, talk):
    image = {"type": "base64", "media_type": "image/png", "data": PIXEL}
    message = claude.messages.create(
        model="sim-chat",
        max_tokens=500,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": image},
                    {"type": "text", "text": talk.ask("What is it?")},
                ],
            }
        ],
        output_config={
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            }
        },
    )
    assert '"name"' in message.content[0].text


@pytest.mark.parametrize("streamed", [False, True])
def test_thinking(claude, talk, streamed):
    asked = {
        "model": "sim-reasoner",
        "max_tokens": 4000,
        "messages": talk.user("Think", "reasoning=6 reasoning_content"),
        "thinking": {"type": "enabled", "budget_tokens": 2000},
    }
    if streamed:
        with claude.messages.stream(**asked) as stream:
            message = stream.get_final_message()
    else:
        message = claude.messages.create(**asked)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.content[0].thinking


@pytest.mark.parametrize(
    ("directives", "kind"),
    [
        ("status=400", anthropic.BadRequestError),
        ("status=404", anthropic.NotFoundError),
        ("status=422", anthropic.UnprocessableEntityError),
        ("status=429", anthropic.RateLimitError),
        ("status=529", anthropic.InternalServerError),
    ],
)
def test_refusal_of_the_upstream(talk, directives, kind):
    client = _client(talk, max_retries=0)
    with pytest.raises(kind) as failure:
        client.messages.create(
            model="sim-chat", max_tokens=20, messages=talk.user("Fail", directives)
        )
    assert failure.value.body["type"] == "error"
    assert failure.value.request_id == failure.value.body["request_id"]


def test_wrong_key_and_unknown_model(talk):
    with pytest.raises(anthropic.AuthenticationError):
        _client(talk, api_key="sk-wrong").messages.create(
            model="sim-chat", max_tokens=20, messages=talk.user("Hi")
        )
    with pytest.raises(anthropic.NotFoundError):
        _client(talk).messages.create(model="nobody", max_tokens=20, messages=talk.user("Hi"))


@pytest.mark.estimated
def test_error_after_the_first_byte(talk):
    client = _client(talk, max_retries=0)
    with pytest.raises(anthropic.APIStatusError):
        with client.messages.stream(
            model="sim-chat", max_tokens=300, messages=talk.user("Fail", "tokens=20 error_at=5")
        ) as stream:
            stream.get_final_message()


@pytest.mark.unbilled
def test_models(claude):
    models = list(claude.models.list())
    assert "sim-chat" in [model.id for model in models]
    assert claude.models.retrieve("sim-chat").type == "model"


@pytest.mark.unbilled
def test_pages_of_models(claude):
    first = claude.models.list(limit=2)
    assert len(first.data) == 2 and first.has_more
    names = [model.id for model in first]
    assert names == [model.id for model in claude.models.list()]
    with pytest.raises(anthropic.BadRequestError):
        claude.models.list(limit=0)


def test_tool_runner(claude, talk):
    """It asks for a conversation that the server keeps first, and goes on without one."""
    cities = []

    @anthropic.beta_tool
    def get_weather(city: str) -> str:
        """The weather in a city.

        Args:
            city: its name
        """
        cities.append(city)
        return "sunny"

    told = 'call=get_weather args=\'{"city":"Paris"}\' rounds=2 text="All is known."'
    runner = claude.beta.messages.tool_runner(
        model="sim-chat", max_tokens=300, tools=[get_weather], messages=talk.user("Go", told)
    )
    assert runner.until_done().content[0].text == "All is known."
    assert cities == ["Paris", "Paris"]


def test_parsed_answer_and_raw_response(claude, talk):
    class City(pydantic.BaseModel):
        name: str
        people: int

    asked = dict(model="sim-chat", max_tokens=300, messages=talk.user("A city"))
    assert claude.messages.parse(**asked, output_format=City).parsed_output.name
    assert claude.beta.messages.parse(**asked, output_format=City).parsed_output.name
    raw = claude.messages.with_raw_response.create(**asked)
    assert raw.headers["request-id"] == raw.headers["x-request-id"]
    assert raw.parse().stop_reason == "end_turn"


@pytest.mark.parametrize(
    "more",
    [
        {"thread": {"type": "create"}},
        {"fallbacks": [{"model": "sim-mini"}]},
        {"inference_geo": "us"},
    ],
)
def test_what_would_not_be_held_is_refused(claude, talk, more):
    with pytest.raises(anthropic.BadRequestError) as failure:
        claude.messages.create(
            model="sim-chat", max_tokens=20, messages=talk.user("Hi"), extra_body=more
        )
    assert list(more)[0] in failure.value.body["error"]["message"]


def test_search_results_reach_the_model_as_text(claude, talk, seen):
    found = {
        "type": "search_result",
        "source": "https://example.com/grass",
        "title": "On grass",
        "content": [{"type": "text", "text": talk.ask("Grass is green")}],
    }
    claude.messages.create(
        model="sim-chat", max_tokens=20, messages=[{"role": "user", "content": [found]}]
    )
    sent = seen()[0].body_text
    assert "On grass" in sent and "https://example.com/grass" in sent


@pytest.mark.unbilled
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.models.retrieve("no-such-model"),
        lambda client: client.messages.batches.list(),
        lambda client: client.beta.skills.list(),
    ],
)
def test_what_is_nowhere_is_told_in_its_own_words(claude, call):
    with pytest.raises(anthropic.NotFoundError) as failure:
        call(claude)
    assert failure.value.body["error"]["type"] == "not_found_error"
    assert failure.value.request_id == failure.value.body["request_id"]


@pytest.mark.unbilled
def test_count_tokens(claude, talk):
    count = claude.messages.count_tokens(model="sim-chat", messages=talk.user("How long is it?"))
    assert 0 < count.input_tokens < 100
