#!/usr/bin/env python3
"""Writes down what the official SDK sends, endpoint by endpoint, without sending it anywhere.

    python3 clients/python/record_requests.py

Writes `protocol/src/test/facts/openai-sdk-requests.json`, which tests compare with OpenAI's
specification and give to Sluice's decoders. Needs the `openai` of `requirements.txt`.
"""

import json
import pathlib

import httpx
import openai
from pydantic import BaseModel

OUT = (pathlib.Path(__file__).parents[2]
       / "protocol" / "src" / "test" / "facts" / "openai-sdk-requests.json")
PIXEL = "data:image/png;base64,iVBORw0KGgo="
FILE = "file-01jd0000000000000000000000"
PDF = "data:application/pdf;base64,JVBERi0xLjQK"
TOOL = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": False}
FUNCTION = {"name": "get_weather", "description": "The weather", "parameters": TOOL, "strict": True}


class City(BaseModel):
    name: str
    people: int


class Recorder:
    def __init__(self):
        self.requests = []
        self.client = openai.OpenAI(
            api_key="none", admin_api_key="none", max_retries=0,
            base_url="http://nowhere.invalid/v1",
            http_client=httpx.Client(transport=httpx.MockTransport(self.take)))

    def take(self, request):
        kind = request.headers.get("content-type", "").split(";")[0]
        entry = {"method": request.method, "path": request.url.path.removeprefix("/v1"),
                 "type": kind}
        body = request.read()
        if kind == "application/json" and body:
            entry["body"] = json.loads(body)
        self.requests.append(entry)
        return httpx.Response(418, json={"error": {"message": "recorded"}})

    def record(self, ask):
        try:
            result = ask(self.client)
            for _ in result if hasattr(result, "__iter__") else ():
                pass
        except openai.APIStatusError:
            return
        raise SystemExit("a request was not recorded")


def chat(client, **more):
    return client.chat.completions.create(
        model="gpt-5.1", messages=[{"role": "user", "content": "Hi"}], **more)


def chat_requests():
    yield lambda c: chat(c)
    yield lambda c: chat(c, stream=True, stream_options={"include_usage": True})
    yield lambda c: chat(
        c, max_completion_tokens=20, temperature=0.5, top_p=0.9, n=2, seed=7, stop=["a", "b"],
        presence_penalty=0.1, frequency_penalty=0.2, logit_bias={"50256": -100}, logprobs=True,
        top_logprobs=2, user="u", metadata={"a": "b"}, store=False, service_tier="flex",
        reasoning_effort="low", verbosity="low", safety_identifier="s", prompt_cache_key="k")
    yield lambda c: chat(
        c, tools=[{"type": "function", "function": FUNCTION}], parallel_tool_calls=False,
        tool_choice={"type": "function", "function": {"name": "get_weather"}})
    yield lambda c: c.chat.completions.parse(
        model="gpt-5.1", messages=[{"role": "user", "content": "Hi"}], response_format=City)
    yield lambda c: c.chat.completions.create(model="gpt-5.1", messages=[
        {"role": "developer", "content": "Be brief"},
        {"role": "user", "name": "ana", "content": [
            {"type": "text", "text": "What are these?"},
            {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}},
            {"type": "file", "file": {"file_id": FILE}}]},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "get_weather", "arguments": "{\"city\":\"Paris\"}"}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}])


def response_requests():
    yield lambda c: c.responses.create(model="gpt-5.1", input="Hi")
    yield lambda c: c.responses.create(
        model="gpt-5.1", stream=True, instructions="Be brief", max_output_tokens=30,
        temperature=0.5, top_p=0.9, store=False, include=["reasoning.encrypted_content"],
        reasoning={"effort": "low", "summary": "auto"}, truncation="disabled",
        tools=[{"type": "function", **FUNCTION}], tool_choice="auto", parallel_tool_calls=True,
        metadata={"a": "b"}, previous_response_id="resp_1", input=[
            {"role": "user", "content": [
                {"type": "input_text", "text": "What are these?"},
                {"type": "input_image", "image_url": PIXEL, "detail": "low"},
                {"type": "input_image", "file_id": FILE, "detail": "auto"},
                {"type": "input_file", "file_id": FILE},
                {"type": "input_file", "filename": "a.pdf", "file_data": PDF}]},
            {"type": "function_call", "call_id": "call_1", "name": "get_weather",
             "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}])
    yield lambda c: c.responses.parse(model="gpt-5.1", input="Hi", text_format=City)
    yield lambda c: c.responses.retrieve("resp_1")
    yield lambda c: c.responses.delete("resp_1")
    yield lambda c: c.responses.input_items.list("resp_1")
    yield lambda c: c.responses.input_tokens.count(
        model="gpt-5.1", input="Hi", instructions="Be brief", reasoning={"effort": "low"},
        tools=[{"type": "function", **FUNCTION}])


def other_requests():
    sound = ("a.wav", b"RIFF")
    picture = ("a.png", b"\x89PNG")
    yield lambda c: c.embeddings.create(model="e", input=["a", "b"], dimensions=8)
    yield lambda c: c.embeddings.create(model="e", input="a", encoding_format="float")
    yield lambda c: c.images.generate(
        model="gpt-image-1", prompt="A boat", n=2, size="1024x1024", quality="low",
        background="opaque", output_format="png", moderation="low")
    yield lambda c: c.images.generate(
        model="gpt-image-1", prompt="A boat", stream=True, partial_images=1)
    yield lambda c: c.images.edit(model="gpt-image-1", image=picture, prompt="A boat")
    yield lambda c: c.images.create_variation(model="dall-e-2", image=picture)
    yield lambda c: c.audio.speech.create(
        model="tts-1", voice="alloy", input="Hi", response_format="mp3", speed=1.0)
    yield lambda c: c.audio.transcriptions.create(model="whisper-1", file=sound)
    yield lambda c: c.audio.translations.create(model="whisper-1", file=sound)
    yield lambda c: c.moderations.create(model="omni-moderation-latest", input="Hi")
    yield lambda c: c.models.list()
    yield lambda c: c.models.retrieve("gpt-5.1")
    yield lambda c: c.files.create(file=("a.jsonl", b"{}"), purpose="batch")
    yield lambda c: c.files.list()
    yield lambda c: c.files.retrieve("file-1")
    yield lambda c: c.files.delete("file-1")
    yield lambda c: c.files.content("file-1")
    yield lambda c: c.batches.create(
        input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h",
        metadata={"a": "b"}, output_expires_after={"anchor": "created_at", "seconds": 3600})
    yield lambda c: c.batches.list()
    yield lambda c: c.batches.retrieve("batch_1")
    yield lambda c: c.batches.cancel("batch_1")
    yield lambda c: c.videos.create(
        model="sora-2", prompt="A boat", seconds="4", size="1280x720")
    yield lambda c: c.videos.remix("video_1", prompt="A ship")
    yield lambda c: c.videos.list()
    yield lambda c: c.videos.retrieve("video_1")
    yield lambda c: c.videos.delete("video_1")
    yield lambda c: c.videos.download_content("video_1")


def tuning_requests():
    yield lambda c: c.fine_tuning.jobs.create(model="gpt-4.1-mini", training_file=FILE)
    yield lambda c: c.fine_tuning.jobs.create(
        model="gpt-4.1-mini", training_file=FILE, validation_file=FILE, suffix="gates",
        seed=7, metadata={"a": "b"}, method={"type": "supervised", "supervised": {
            "hyperparameters": {"n_epochs": 2, "batch_size": "auto",
                                "learning_rate_multiplier": 0.5}}})
    yield lambda c: c.fine_tuning.jobs.create(
        model="gpt-4.1-mini", training_file=FILE, hyperparameters={"n_epochs": "auto"})
    yield lambda c: c.fine_tuning.jobs.list(limit=2)
    yield lambda c: c.fine_tuning.jobs.retrieve("ftjob-1")
    yield lambda c: c.fine_tuning.jobs.cancel("ftjob-1")
    yield lambda c: c.fine_tuning.jobs.pause("ftjob-1")
    yield lambda c: c.fine_tuning.jobs.resume("ftjob-1")
    yield lambda c: c.fine_tuning.jobs.list_events("ftjob-1")
    yield lambda c: c.fine_tuning.jobs.checkpoints.list("ftjob-1")


def session_requests():
    yield lambda c: c.realtime.client_secrets.create(
        expires_after={"anchor": "created_at", "seconds": 60},
        session={"type": "realtime", "model": "gpt-realtime", "instructions": "Be brief.",
                 "output_modalities": ["audio"]})
    yield lambda c: c.realtime.client_secrets.create(
        session={"type": "transcription",
                 "audio": {"input": {"transcription": {"model": "gpt-4o-transcribe"}}}})


def usage_requests():
    day = {"start_time": 1764374400, "bucket_width": "1d", "group_by": ["project_id"], "limit": 7}
    yield lambda c: c.admin.organization.usage.completions(models=["gpt-5.1"], **day)
    yield lambda c: c.admin.organization.usage.embeddings(**day)
    yield lambda c: c.admin.organization.usage.images(**day)
    yield lambda c: c.admin.organization.usage.audio_speeches(**day)
    yield lambda c: c.admin.organization.usage.audio_transcriptions(**day)
    yield lambda c: c.admin.organization.usage.moderations(**day)
    yield lambda c: c.admin.organization.usage.vector_stores(**day)
    yield lambda c: c.admin.organization.usage.code_interpreter_sessions(**day)
    yield lambda c: c.admin.organization.usage.file_search_calls(**day)
    yield lambda c: c.admin.organization.usage.web_search_calls(**day)
    yield lambda c: c.admin.organization.usage.costs(**day)


def main():
    recorder = Recorder()
    for requests in (chat_requests, response_requests, other_requests, tuning_requests,
                     session_requests, usage_requests):
        for ask in requests():
            recorder.record(ask)
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in recorder.requests)
    OUT.write_text(f'{{"sdk": "openai-python {openai.__version__}", "requests": [\n{lines}\n]}}\n')
    print(f"{len(recorder.requests)} requests")


if __name__ == "__main__":
    main()
