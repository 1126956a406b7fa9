"""Files and batches, from the upload to the answers; each line is charged as it was used."""

from __future__ import annotations

import json
import time

import openai
import pytest

import charges

# The upload and the batch have no rows of their own: those of the lines are checked here.
pytestmark = [pytest.mark.gateway, pytest.mark.unbilled]

UNDER_WAY = ("validating", "in_progress", "finalizing", "cancelling")


def chat_lines(talk, count):
    lines = [
        {
            "custom_id": f"line-{number}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "sim-chat", "messages": talk.user(f"Number {number}")},
        }
        for number in range(count)
    ]
    return "\n".join(json.dumps(line) for line in lines).encode()


def ended(client, batch):
    deadline = time.monotonic() + 30
    while batch.status in UNDER_WAY:
        assert time.monotonic() < deadline, batch
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    return batch


def test_files(client):
    content = "Grüße 水\n".encode()
    file = client.files.create(file=("notes.txt", content), purpose="user_data")
    assert (file.object, file.filename, file.bytes) == ("file", "notes.txt", len(content))
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == content
    assert file.id in [listed.id for listed in client.files.list(purpose="user_data", limit=1)]
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_an_expiry_that_the_client_wants(client):
    file = client.files.create(
        file=("a.jsonl", b"{}"),
        purpose="batch",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert file.expires_at - file.created_at == 3600


def test_from_upload_to_answers(client, talk, management, seen):
    file = client.files.create(file=("calls.jsonl", chat_lines(talk, 5)), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"run": "nightly"},
    )
    assert batch.object == "batch" and batch.metadata == {"run": "nightly"}
    batch = ended(client, batch)
    assert batch.status == "completed"
    assert (batch.request_counts.total, batch.request_counts.completed) == (5, 5)
    assert batch.error_file_id is None
    answers = [json.loads(line) for line in client.files.content(batch.output_file_id).iter_lines()]
    assert [answer["custom_id"] for answer in answers] == [f"line-{n}" for n in range(5)]
    total = 0
    for answer in answers:
        body = openai.types.chat.ChatCompletion.model_validate(answer["response"]["body"])
        assert answer["response"]["status_code"] == 200 and body.choices[0].message.content
        total += body.usage.total_tokens
    assert batch.usage.total_tokens == total
    assert batch.id in [listed.id for listed in client.batches.list(limit=10)]
    rows = management.settled_of_action(batch.id)
    calls = seen(lambda calls: len(calls) == 5 and all(call.outcome != "open" for call in calls))
    charges.check(management, calls, [row["request_id"] for row in rows], estimated=False)


def test_a_file_with_mistakes(client, talk):
    content = chat_lines(talk, 1) + b'\n{"custom_id": "b"'
    file = client.files.create(file=("calls.jsonl", content), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    batch = ended(client, batch)
    assert batch.status == "failed"
    (error,) = batch.errors.data
    assert (error.code, error.line) == ("invalid_json_line", 2)


def test_cancel(client, talk):
    file = client.files.create(file=("calls.jsonl", chat_lines(talk, 40)), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    batch = client.batches.cancel(batch.id)
    assert batch.status == "cancelling" and batch.cancelling_at
    assert ended(client, batch).status == "cancelled"
