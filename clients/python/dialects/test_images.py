"""The OpenAI SDK against images: plain, streamed, refused."""

from __future__ import annotations

import base64

import openai
import pytest


@pytest.fixture
def client(settings) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=settings.base_url,
        api_key=settings.key,
        http_client=openai.DefaultHttpxClient(trust_env=False),
        max_retries=0,
    )


def test_images(client):
    answer = client.images.generate(model="sim-image", prompt="A boat", n=2, quality="low")
    assert len(answer.data) == 2
    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG")
    assert answer.usage.output_tokens == 2 * 272
    assert answer.size == "1024x1024" and answer.quality == "low"


def test_a_stream_of_previews(client):
    stream = client.images.generate(
        model="sim-image", prompt="A boat", stream=True, partial_images=1
    )
    events = list(stream)
    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert events[-1].usage.total_tokens == events[-1].usage.input_tokens + 100 + 1056


def test_refused(client):
    with pytest.raises(openai.BadRequestError):
        client.images.generate(model="sim-image", prompt="A boat", size="7x7")
