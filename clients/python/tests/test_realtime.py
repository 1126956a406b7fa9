"""Realtime sessions: the SDK's own connection, in text, in sound, with a function, refused."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import openai
import pytest
import websockets

MODEL = "sim-realtime"
TEXT = {"type": "realtime", "output_modalities": ["text"]}


def _user(talk, text: str, directives: str = ""):
    content = [{"type": "input_text", "text": talk.ask(text, directives)}]
    return {"type": "message", "role": "user", "content": content}


def _until(connection, last: str):
    events = []
    for event in connection:
        events.append(event)
        if event.type == last:
            return events
        assert event.type != "error", event
    raise AssertionError(f"no {last}: {[event.type for event in events]}")


def _connect(client, talk):
    """The suite finds the rows of the session's responses by the action they are put down to."""
    return client.realtime.connect(model=MODEL, extra_headers=talk.abandoning())


def test_text_over_several_responses(talk, seen):
    with _connect(talk.client(), talk) as connection:
        assert connection.recv().type == "session.created"
        connection.session.update(session=TEXT)
        assert _until(connection, "session.updated")[-1].session.model == MODEL
        done = []
        for text in ("One", "Two", "Three"):
            connection.conversation.item.create(item=_user(talk, text))
            connection.response.create()
            events = _until(connection, "response.done")
            said = "".join(e.delta for e in events if e.type == "response.output_text.delta")
            response = events[-1].response
            assert response.status == "completed"
            assert said == response.output[0].content[0].text != ""
            done.append(response)
    calls = seen(lambda calls: len(calls) == 3)
    for call, response in zip(calls, done):
        assert call.request_id == response.id
        assert response.usage.input_tokens == call.produced["prompt_tokens"]
        assert response.usage.output_tokens == call.produced["completion_tokens"]
    assert done[-1].usage.input_token_details.cached_tokens > 0


def test_sound_in_and_out(talk):
    async def main():
        async with _connect(talk.async_client(), talk) as connection:
            # the mark of this test, for the journal
            session = {"type": "realtime", "instructions": talk.ask("Be brief")}
            await connection.session.update(session=session)
            loud = base64.b64encode(b"\x07" * 48_000).decode()
            still = base64.b64encode(b"\x00" * 24_000).decode()
            await connection.input_audio_buffer.append(audio=loud)
            await connection.input_audio_buffer.append(audio=still)
            sound = b""
            async for event in connection:
                assert event.type != "error", event
                if event.type == "response.output_audio.delta":
                    sound += base64.b64decode(event.delta)
                elif event.type == "response.done":
                    details = event.response.usage.output_token_details
                    # twenty tokens a second, of samples of two bytes at 24 kHz
                    assert details.audio_tokens == len(sound) * 20 // 48_000 > 0
                    return

    asyncio.run(main())


def test_function(talk):
    with _connect(talk.client(), talk) as connection:
        tool = {"type": "function", "name": "clock", "parameters": {"type": "object"}}
        connection.session.update(session={**TEXT, "tools": [tool]})
        arguments = json.dumps({"zone": "UTC"}, separators=(",", ":"))
        directives = f"call=clock args='{arguments}'"
        connection.conversation.item.create(item=_user(talk, "Time", directives))
        connection.response.create()
        item = _until(connection, "response.done")[-1].response.output[0]
        assert (item.type, item.name) == ("function_call", "clock")
        assert json.loads(item.arguments) == {"zone": "UTC"}
        connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": item.call_id, "output": "noon"}
        )
        connection.conversation.item.create(item=_user(talk, "So?"))
        connection.response.create()
        assert _until(connection, "response.done")[-1].response.output[0].type == "message"


def test_cancel(talk):
    with _connect(talk.client(), talk) as connection:
        connection.session.update(session=TEXT)
        connection.conversation.item.create(item=_user(talk, "Long", "tokens=500 gap=20"))
        connection.response.create()
        _until(connection, "response.output_text.delta")
        connection.response.cancel()
        response = _until(connection, "response.done")[-1].response
        assert response.status == "cancelled"
        assert response.usage.output_tokens < 500


@pytest.mark.gateway
@pytest.mark.unbilled
def test_refused_before_the_session(talk, settings):
    for options, status in (({"api_key": "sk-sluice-wrong"}, 401), ({}, 404)):
        model = MODEL if options else "nobody"
        with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
            with talk.client(max_retries=0, **options).realtime.connect(model=model):
                pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body)["error"]["code"]


@pytest.mark.unbilled
def test_error_event(talk):
    with talk.client().realtime.connect(model=MODEL) as connection:
        assert connection.recv().type == "session.created"
        connection.send({"type": "nothing.known", "event_id": "mine"})
        event = connection.recv()
        assert event.type == "error"
        assert event.error.event_id == "mine"
        assert event.error.message


@pytest.mark.gateway
def test_client_secret(talk, settings):
    """What a server gets from its gateway, and a browser opens sessions with."""
    server = openai.OpenAI(base_url=settings.base_url, api_key=settings.key)
    made = server.realtime.client_secrets.create(
        expires_after={"anchor": "created_at", "seconds": 120},
        session={**TEXT, "model": MODEL, "instructions": talk.ask("Be brief")},
    )
    assert made.value.startswith("ek_") and settings.key not in made.value
    assert 60 < made.expires_at - time.time() <= 121
    assert (made.session.type, made.session.model) == ("realtime", MODEL)
    with _connect(talk.client(api_key=made.value), talk) as connection:
        created = connection.recv()
        assert created.type == "session.created"
        assert created.session.instructions == talk.ask("Be brief")
        connection.response.create()
        assert _until(connection, "response.done")[-1].response.status == "completed"
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=settings.base_url, api_key=made.value).models.list()


@pytest.mark.gateway
def test_transcription(talk, seen):
    """Each turn of a session that transcribes is a call, with its own usage."""
    intent = {"intent": "transcription"}
    headers = talk.abandoning()
    opened = talk.client().realtime.connect(
        model="sim-transcribe", extra_query=intent, extra_headers=headers
    )
    with opened as connection:
        created = connection.recv()
        assert (created.type, created.session.type) == ("session.created", "transcription")
        transcription = {"model": "sim-transcribe", "prompt": talk.ask("Names")}
        connection.session.update(
            session={"type": "transcription", "audio": {"input": {"transcription": transcription}}}
        )
        _until(connection, "session.updated")
        for sample, length in ((b"\x07", 96_000), (b"\x00", 24_000)):
            connection.input_audio_buffer.append(audio=base64.b64encode(sample * length).decode())
        last = _until(connection, "conversation.item.input_audio_transcription.completed")[-1]
        assert last.transcript and last.usage.type == "tokens"
    (call,) = seen(lambda calls: len(calls) == 1)
    assert call.request_id == last.item_id
    assert last.usage.input_tokens == call.produced["prompt_tokens"]
