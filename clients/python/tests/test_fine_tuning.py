"""Jobs that train models: the SDK unmodified, from the upload to the charge."""

from __future__ import annotations

import json
import time
import uuid

import openai
import pytest

# The upload has no row of its own: that of the job is checked here.
pytestmark = [pytest.mark.gateway, pytest.mark.unbilled]


@pytest.fixture
def trainer(talk, management):
    """A client whose key was granted fine-tuning."""
    key = management.grant(f"trainer-{uuid.uuid4().hex[:8]}", ["tuning"])
    return talk.client(api_key=key)


def examples(talk, directives):
    line = {
        "messages": talk.user("Say gate", directives) + [{"role": "assistant", "content": "gate"}]
    }
    return "\n".join([json.dumps(line)] * 3).encode()


def begun(client, talk, directives, **more):
    file = client.files.create(file=("gates.jsonl", examples(talk, directives)), purpose="fine-tune")
    return client.fine_tuning.jobs.create(
        model="sim-chat",
        training_file=file.id,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
        **more,
    )


def ended(client, job):
    deadline = time.monotonic() + 30
    while job.status in ("validating_files", "queued", "running", "paused"):
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
        job = client.fine_tuning.jobs.retrieve(job.id)
    return job


def test_from_upload_to_model(trainer, talk, management):
    job = begun(trainer, talk, "takes=300", suffix="gates", metadata={"run": "nightly"})
    request_id = talk.answers[-1].headers["x-request-id"]
    assert job.model == "sim-chat"
    job = ended(trainer, job)
    assert job.status == "succeeded"
    assert job.fine_tuned_model is not None and ":gates:" in job.fine_tuned_model
    assert job.trained_tokens is not None and job.trained_tokens > 0
    row = management.settled(request_id)
    assert row["units"]["training_tokens"] == job.trained_tokens
    assert float(row["cost_usd"]) > 0
    assert job.id in [one.id for one in trainer.fine_tuning.jobs.list(limit=1)]
    messages = [event.message for event in trainer.fine_tuning.jobs.list_events(job.id, limit=5)]
    assert f"Created fine-tuning job: {job.id}" in messages
    checkpoints = list(trainer.fine_tuning.jobs.checkpoints.list(job.id))
    assert [one.fine_tuning_job_id for one in checkpoints] == [job.id, job.id]


def test_paused_resumed_and_cancelled(trainer, talk):
    job = begun(trainer, talk, "takes=60000")
    assert trainer.fine_tuning.jobs.pause(job.id).id == job.id
    assert trainer.fine_tuning.jobs.resume(job.id).id == job.id
    assert trainer.fine_tuning.jobs.cancel(job.id).status == "cancelled"


def test_a_failed_job_says_why(trainer, talk):
    job = ended(trainer, begun(trainer, talk, "takes=100 fails=invalid_training_file"))
    assert job.status == "failed"
    assert job.error is not None and job.error.code == "invalid_training_file"


def test_nobody_trains_who_was_not_granted_it(client, talk):
    with pytest.raises(openai.PermissionDeniedError) as refused:
        begun(client, talk, "takes=100")
    assert refused.value.code == "policy_denied"
