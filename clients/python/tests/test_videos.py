"""Jobs that make videos: the SDK unmodified, each charge to the last digit."""

from __future__ import annotations

import base64
import io

import openai
import pytest

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_created_polled_and_downloaded(client, talk, seen):
    video = client.videos.create_and_poll(
        model="sim-video", prompt=talk.ask("A boat", "takes=300"), seconds="8", size="1280x720"
    )
    assert video.status == "completed"
    assert video.seconds == "8"
    assert video.size == "1280x720"
    assert video.model == "sim-video"
    content = client.videos.download_content(video.id).content
    assert content[4:8] == b"ftyp"
    (submit,) = seen()
    assert submit.produced["video_milliseconds"] == 8_000


def test_a_picture_to_begin_with(client, talk):
    video = client.videos.create_and_poll(
        model="sim-video",
        prompt=talk.ask("A boat", "takes=100"),
        input_reference=("boat.png", io.BytesIO(_PNG), "image/png"),
        seconds="4",
        size="1024x1792",
    )
    assert video.status == "completed"


@pytest.mark.estimated
def test_a_failed_job_says_why_and_costs_nothing(client, talk):
    video = client.videos.create_and_poll(
        model="sim-video", prompt=talk.ask("A boat", "takes=100 fails=moderation_blocked")
    )
    assert video.status == "failed"
    assert video.error is not None
    assert video.error.code == "moderation_blocked"


def test_listed_remixed_and_deleted(client, talk):
    video = client.videos.create_and_poll(
        model="sim-video", prompt=talk.ask("A boat", "takes=100"), seconds="4"
    )
    assert video.id in [one.id for one in client.videos.list(limit=5)]
    remix = client.videos.remix(video.id, prompt=talk.ask("At night", "takes=100"))
    assert remix.remixed_from_video_id == video.id
    assert client.videos.poll(remix.id).status == "completed"
    assert client.videos.delete(video.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video.id)
