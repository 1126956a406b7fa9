"""The official Google GenAI SDK, unmodified, against models of a provider that speaks chat."""

from __future__ import annotations

import io

import httpx
import pytest
from google import genai
from google.genai import errors, types

pytestmark = pytest.mark.gateway

WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            description="The weather in a city",
            parameters=types.Schema(
                type="OBJECT",
                properties={"city": types.Schema(type="STRING")},
                required=["city"],
            ),
        )
    ]
)


def _client(talk, **options):
    hooks = {"response": [talk.answers.append]}
    return genai.Client(
        api_key=options.pop("api_key", talk.settings.key),
        http_options=types.HttpOptions(
            base_url=talk.settings.base_url.removesuffix("/v1"),
            httpx_client=httpx.Client(event_hooks=hooks, trust_env=False, timeout=60),
        ),
    )


@pytest.fixture
def gemini(talk):
    return _client(talk)


def test_text(gemini, talk):
    answer = gemini.models.generate_content(
        model="sim-chat",
        contents=talk.ask("Say hello"),
        config=types.GenerateContentConfig(system_instruction="Be kind.", max_output_tokens=300),
    )
    assert answer.text
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert answer.usage_metadata.prompt_token_count > 0
    assert answer.usage_metadata.candidates_token_count > 0


def test_stream(gemini, talk):
    chunks = list(
        gemini.models.generate_content_stream(
            model="sim-chat", contents=talk.ask("Say hello", "tokens=12 comments=1")
        )
    )
    assert len([chunk for chunk in chunks if chunk.text]) > 1
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert chunks[-1].usage_metadata.candidates_token_count == 12


@pytest.mark.parametrize("streamed", [False, True])
def test_functions_over_two_turns(gemini, talk, streamed):
    chat = gemini.chats.create(
        model="sim-chat", config=types.GenerateContentConfig(tools=[WEATHER])
    )

    def send(message):
        if streamed:
            return list(chat.send_message_stream(message))
        return [chat.send_message(message)]

    first = send(talk.ask("Compare the weather in Paris and London"))
    calls = [call for answer in first for call in answer.function_calls or []]
    assert [call.args["city"] for call in calls] == ["Paris", "London"]
    second = send(
        [
            types.Part.from_function_response(name=call.name, response={"result": "sunny"})
            for call in calls
        ]
    )
    assert "".join(answer.text or "" for answer in second)


def test_thoughts(gemini, talk):
    answer = gemini.models.generate_content(
        model="sim-reasoner",
        contents=talk.ask("Think", "reasoning=6 reasoning_content"),
        config=types.GenerateContentConfig(
            thinking_config=types.ThinkingConfig(include_thoughts=True)
        ),
    )
    assert [bool(part.thought) for part in answer.candidates[0].content.parts] == [True, False]
    assert answer.usage_metadata.thoughts_token_count == 6


def test_structured_answer(gemini, talk):
    answer = gemini.models.generate_content(
        model="sim-chat",
        contents=talk.ask("Name it"),
        config=types.GenerateContentConfig(
            response_mime_type="application/json",
            response_schema=types.Schema(
                type="OBJECT",
                properties={"name": types.Schema(type="STRING")},
                required=["name"],
            ),
        ),
    )
    assert "name" in answer.parsed


@pytest.mark.unbilled
def test_a_bare_word_of_an_enum_is_refused_by_name(gemini, talk):
    with pytest.raises(errors.ClientError) as failure:
        gemini.models.generate_content(
            model="sim-chat",
            contents=talk.ask("Which size?"),
            config=types.GenerateContentConfig(
                response_mime_type="text/x.enum",
                response_schema={"type": "STRING", "enum": ["small", "large"]},
            ),
        )
    assert (failure.value.code, failure.value.status) == (400, "INVALID_ARGUMENT")
    assert "generationConfig.responseMimeType" in failure.value.message


@pytest.mark.parametrize(
    ("directives", "code", "status"),
    [
        ("status=400", 400, "INVALID_ARGUMENT"),
        ("status=404", 404, "NOT_FOUND"),
        ("status=429", 429, "RESOURCE_EXHAUSTED"),
    ],
)
def test_refusal_of_the_upstream(gemini, talk, directives, code, status):
    with pytest.raises(errors.ClientError) as failure:
        gemini.models.generate_content(model="sim-chat", contents=talk.ask("Fail", directives))
    assert (failure.value.code, failure.value.status) == (code, status)


def test_wrong_key_and_unknown_model(talk):
    with pytest.raises(errors.ClientError) as failure:
        _client(talk, api_key="sk-wrong").models.generate_content(
            model="sim-chat", contents=talk.ask("Hi")
        )
    assert failure.value.status == "UNAUTHENTICATED"
    with pytest.raises(errors.ClientError) as failure:
        _client(talk).models.generate_content(model="nobody", contents=talk.ask("Hi"))
    assert failure.value.status == "NOT_FOUND"


@pytest.mark.estimated
def test_error_after_the_first_byte(gemini, talk):
    with pytest.raises(errors.APIError):
        list(
            gemini.models.generate_content_stream(
                model="sim-chat", contents=talk.ask("Fail", "tokens=20 error_at=5")
            )
        )


@pytest.mark.unbilled
def test_models(gemini):
    names = [model.name for model in gemini.models.list()]
    assert "models/sim-chat" in names
    assert gemini.models.get(model="sim-chat").name == "models/sim-chat"


@pytest.mark.unbilled
def test_pages_of_models(gemini):
    pager = gemini.models.list(config={"page_size": 2})
    assert len(pager.page) == 2
    names = [model.name for model in pager]
    assert len(names) > 2 and len(set(names)) == len(names)


@pytest.mark.unbilled
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.files.upload(file=io.BytesIO(b"x"), config={"mime_type": "text/plain"}),
        lambda client: list(client.files.list()),
        lambda client: list(client.caches.list()),
        lambda client: list(client.batches.list()),
        lambda client: client.models.generate_videos(model="sim-video", prompt="A wave"),
    ],
)
def test_what_is_nowhere_is_told_in_its_own_words(gemini, call):
    with pytest.raises(errors.ClientError) as failure:
        call(gemini)
    assert (failure.value.code, failure.value.status) == (404, "NOT_FOUND")


def test_a_chat_that_calls_functions_itself(gemini, talk):
    cities = []

    def get_weather(city: str) -> str:
        """The weather in a city."""
        cities.append(city)
        return "sunny"

    chat = gemini.chats.create(
        model="sim-chat", config=types.GenerateContentConfig(tools=[get_weather])
    )
    told = 'call=get_weather args=\'{"city":"Paris"}\' rounds=2 text="All is known."'
    assert chat.send_message(talk.ask("Go", told)).text == "All is known."
    assert cities == ["Paris", "Paris"]
    assert "".join(part.text or "" for part in chat.send_message_stream("And now?"))


@pytest.mark.unbilled
def test_count_tokens(gemini, talk):
    count = gemini.models.count_tokens(model="sim-chat", contents=talk.ask("How long is it?"))
    assert 0 < count.total_tokens < 200


def test_embeddings(gemini, talk, seen):
    answer = gemini.models.embed_content(
        model="sim-embed",
        contents=[talk.ask("first text"), "second text"],
        config=types.EmbedContentConfig(output_dimensionality=16),
    )
    assert [len(one.values) for one in answer.embeddings] == [16, 16]
    (call,) = seen()
    assert len(call.body["input"]) == 2
