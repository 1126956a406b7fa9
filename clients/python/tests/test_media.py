"""Pictures, speech, transcription, moderation: the SDK unmodified, each charge to the last digit."""

from __future__ import annotations

import base64
import io

import openai
import pytest

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def _picture(name: str) -> tuple[str, io.BytesIO, str]:
    return (name, io.BytesIO(_PNG), "image/png")


@pytest.fixture
def sound(client, talk) -> tuple[str, bytes, str]:
    """Some seconds of a hum."""
    spoken = client.audio.speech.create(
        model="sim-speech", voice="alloy", input=talk.ask("How long is this?")
    )
    return ("hum.wav", spoken.content, "audio/wav")


def test_pictures(client, talk, seen):
    answer = client.images.generate(
        model="sim-image", prompt=talk.ask("A boat"), n=2, quality="low", size="1024x1536"
    )
    assert all(base64.b64decode(one.b64_json).startswith(b"\x89PNG") for one in answer.data)
    (call,) = seen()
    assert call.produced["images"] == 2
    assert answer.usage.output_tokens == call.produced["completion_tokens"]


@pytest.mark.parametrize("size", ["1024x1024", "1024x1792"])
@pytest.mark.parametrize("quality", ["standard", "hd"])
def test_pictures_at_a_price_each(client, talk, size, quality):
    answer = client.images.generate(
        model="sim-picture",
        prompt=talk.ask("A boat"),
        n=3,
        size=size,
        quality=quality,
        response_format="url",
    )
    assert [one.url.split(",")[0] for one in answer.data] == ["data:image/png;base64"] * 3


def test_previews(client, talk):
    stream = client.images.generate(
        model="sim-image", prompt=talk.ask("A boat"), stream=True, partial_images=2
    )
    assert [event.type for event in stream] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]


@pytest.mark.parametrize("pictures", [1, 3])
def test_edits(client, talk, seen, pictures):
    given = [_picture(f"{number}.png") for number in range(pictures)]
    answer = client.images.edit(
        model="sim-image",
        image=given[0] if pictures == 1 else given,
        mask=_picture("mask.png"),
        prompt=talk.ask("Make it grün"),
        n=1,
        quality="low",
    )
    assert len(answer.data) == 1
    (call,) = seen()
    assert call.produced["image_input_tokens"] > 0
    assert call.body_text.count("filename=") == pictures + 1


def test_an_edit_is_streamed(client, talk):
    stream = client.images.edit(
        model="sim-image", image=_picture("a.png"), prompt=talk.ask("Bluer"), stream=True
    )
    assert [event.type for event in stream] == ["image_edit.completed"]


def test_variations(client, talk):
    answer = client.images.create_variation(
        model="sim-image", image=_picture("a.png"), n=2, user=talk.mark
    )
    assert len(answer.data) == 2


def test_what_the_provider_refuses(client, talk):
    with pytest.raises(openai.BadRequestError, match="size"):
        client.images.generate(model="sim-image", prompt=talk.ask("A boat"), size="7x7")


def test_speech_by_the_character(client, talk, seen):
    text = talk.ask("Grüße")
    spoken = client.audio.speech.create(model="sim-speech", voice="alloy", input=text)
    assert spoken.content.startswith(b"RIFF")
    (call,) = seen()
    assert call.produced["characters"] == len(text)


@pytest.mark.estimated
def test_speech_whose_tokens_nobody_reports(client, talk):
    with client.audio.speech.with_streaming_response.create(
        model="sim-voice", voice="alloy", input=talk.ask("Hello")
    ) as spoken:
        assert b"".join(spoken.iter_bytes()).startswith(b"RIFF")


def test_speech_as_events(client, talk):
    with client.audio.speech.with_streaming_response.create(
        model="sim-voice", voice="alloy", input=talk.ask("Hello"), stream_format="sse"
    ) as spoken:
        assert "speech.audio.done" in "\n".join(spoken.iter_lines())


@pytest.mark.parametrize("model", ["sim-whisper", "sim-transcribe"])
def test_transcription(client, talk, sound, model):
    answer = client.audio.transcriptions.create(
        model=model, file=sound, prompt=talk.ask("Names: Ana")
    )
    assert answer.text
    assert answer.usage.type == ("duration" if model == "sim-whisper" else "tokens")


@pytest.mark.parametrize("form", ["text", "srt", "vtt", "verbose_json"])
def test_forms_of_a_transcription(client, talk, sound, form):
    answer = client.audio.transcriptions.create(
        model="sim-whisper", file=sound, response_format=form, prompt=talk.ask("x")
    )
    assert answer.duration > 0 if form == "verbose_json" else isinstance(answer, str) and answer


def test_a_transcription_is_streamed(client, talk, sound):
    stream = client.audio.transcriptions.create(
        model="sim-transcribe", file=sound, stream=True, prompt=talk.ask("x")
    )
    events = list(stream)
    assert events[-1].type == "transcript.text.done"
    assert "".join(event.delta for event in events[:-1]) == events[-1].text


def test_translation(client, talk, sound):
    answer = client.audio.translations.create(
        model="sim-whisper", file=sound, prompt=talk.ask("x")
    )
    assert answer.text


def test_moderation(client, talk):
    answer = client.moderations.create(model="sim-moderation", input=talk.ask("harm"))
    assert answer.results[0].flagged
