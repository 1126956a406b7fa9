"""Plain chat completions and every field of the request."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest


def _png(side: int = 1) -> str:
    """A grey PNG as a data URL."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side) * side)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _wav(seconds: float = 1) -> str:
    samples = b"\0\0" * int(16_000 * seconds)
    head = b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt "
    head += struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    return base64.b64encode(head + b"data" + struct.pack("<I", len(samples)) + samples).decode()


def test_plain(client, talk):
    answer = client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))
    assert answer.object == "chat.completion"
    assert answer.model == "sim-chat"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_usage_is_what_the_upstream_used(client, talk, seen):
    answer = client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))
    (call,) = seen()
    assert answer.usage.prompt_tokens == call.produced["prompt_tokens"]
    assert answer.usage.completion_tokens == call.produced["completion_tokens"]


def test_answer_longer_than_one_packet(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("At length", "tokens=20000")
    )
    assert answer.usage.completion_tokens == 20_000


def test_text_outside_ascii_survives_both_ways(client, talk, seen):
    text = "Grüße 水 🌊 \u2028 \"quoted\" \\ back"
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user(text, 'text="naïve 水 🌊 café"')
    )
    assert answer.choices[0].message.content == "naïve 水 🌊 café"
    (call,) = seen()
    assert text in call.body["messages"][0]["content"]


def test_several_choices(client, talk):
    answer = client.chat.completions.create(model="sim-chat", messages=talk.user("Choose"), n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in answer.choices}) == 3


def test_logprobs(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Sure?"), logprobs=True, top_logprobs=3
    )
    tokens = answer.choices[0].logprobs.content
    assert "".join(token.token for token in tokens) == answer.choices[0].message.content
    assert all(len(token.top_logprobs) == 3 for token in tokens)


def test_stop(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Say", 'text="one two END three"'), stop=["END"]
    )
    assert answer.choices[0].message.content == "one two "


def test_output_limit(client, talk, seen):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Short", "tokens=500"), max_completion_tokens=7
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 7
    assert seen()[0].body["max_completion_tokens"] == 7


def test_older_output_limit(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("Short", "tokens=500"), max_tokens=9
    )
    assert answer.usage.completion_tokens == 9


def test_reasoning_effort(client, talk):
    answer = client.chat.completions.create(
        model="sim-reasoner", messages=talk.user("Think"), reasoning_effort="high"
    )
    assert answer.usage.completion_tokens_details.reasoning_tokens == 256
    assert answer.usage.completion_tokens > 256


def test_cached_input(client, talk):
    """The second call with the same long beginning is told, and charged, cached tokens."""
    messages = [{"role": "system", "content": talk.mark + " rule" * 2_000}, *talk.user("And?")]
    client.chat.completions.create(model="sim-chat", messages=messages)
    again = client.chat.completions.create(model="sim-chat", messages=messages)
    assert again.usage.prompt_tokens_details.cached_tokens > 1_000


def test_image(client, talk, seen):
    url = _png()
    parts = [
        {"type": "text", "text": talk.ask("What is it?")},
        {"type": "image_url", "image_url": {"url": url, "detail": "high"}},
    ]
    answer = client.chat.completions.create(
        model="sim-chat", messages=[{"role": "user", "content": parts}]
    )
    assert answer.choices[0].message.content
    assert seen()[0].body["messages"][0]["content"][1]["image_url"]["url"] == url


def test_audio(client, talk, seen):
    parts = [
        {"type": "text", "text": talk.ask("What is said?")},
        {"type": "input_audio", "input_audio": {"data": _wav(), "format": "wav"}},
    ]
    answer = client.chat.completions.create(
        model="sim-chat", messages=[{"role": "user", "content": parts}]
    )
    assert answer.usage.prompt_tokens_details.audio_tokens > 0
    assert seen()[0].body["messages"][0]["content"][1]["input_audio"]["format"] == "wav"


def test_file(client, talk, seen):
    pdf = base64.b64encode(b"%PDF-1.4\n/Type /Page\n" + b" " * 8_000 + b"%%EOF").decode()
    file = {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + pdf}
    parts = [{"type": "text", "text": talk.ask("Sum up")}, {"type": "file", "file": file}]
    client.chat.completions.create(
        model="sim-chat", messages=[{"role": "user", "content": parts}]
    )
    assert seen()[0].body["messages"][0]["content"][1]["file"] == file


def test_web_search(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("News?"), web_search_options={}
    )
    assert answer.choices[0].message.annotations[0].type == "url_citation"


def test_every_field_reaches_the_upstream(client, talk, seen):
    fields = {
        "frequency_penalty": 0.5,
        "presence_penalty": -0.25,
        "logit_bias": {"50256": -100},
        "seed": 7,
        "temperature": 0.1,
        "top_p": 0.9,
        "user": "user-1",
        "safety_identifier": "user-hash",
        "prompt_cache_key": "cache-1",
        "metadata": {"ticket": "42"},
        "store": False,
        "service_tier": "default",
        "verbosity": "low",
        "prediction": {"type": "content", "content": "each"},
        "modalities": ["text"],
        "parallel_tool_calls": False,
        "tools": [{"type": "function", "function": {"name": "idle", "parameters": {}}}],
        "tool_choice": "none",
    }
    client.chat.completions.create(model="sim-chat", messages=talk.user("All"), **fields)
    body = seen()[0].body
    assert {name: body.get(name) for name in fields} == fields


def test_unknown_fields_survive_to_the_digit(client, talk, seen):
    extra = {
        "x_vendor": {"deep": [1, {"er": None}], "flag": True},
        "x_big": 12345678901234567890123,
        "top_k": 40,
    }
    client.chat.completions.create(
        model="sim-chat", messages=talk.user("More"), temperature=0.30000000000000004, extra_body=extra
    )
    (call,) = seen()
    assert {name: call.body[name] for name in extra} == extra
    assert "12345678901234567890123" in call.body_text
    assert "0.30000000000000004" in call.body_text


def test_refusal(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("No", "refusal=true")
    )
    assert answer.choices[0].message.content is None
    assert answer.choices[0].message.refusal


def test_unknown_finish_reason_and_field_pass_through(client, talk):
    answer = client.chat.completions.create(
        model="sim-chat", messages=talk.user("End", "finish=unheard_of reasoning_content=true")
    )
    assert answer.choices[0].finish_reason == "unheard_of"
    assert "reasoning_content" in answer.choices[0].message.model_extra


@pytest.mark.gateway
def test_own_headers_stay_inside(client, talk, seen):
    client.chat.completions.create(
        model="sim-chat",
        messages=talk.user("Whose?"),
        extra_headers={"x-sluice-workflow": "summary", "x-sluice-tags": "a=b"},
    )
    headers = seen()[0].headers
    assert [name for name in headers if name.startswith("x-sluice")] == []
