"""Embeddings: base64 as the SDK asks by default, floats, dimensions, all forms of input."""

from __future__ import annotations

import base64
import math
import struct

import openai
import pytest


def test_default_is_base64_on_the_wire(client, talk, seen):
    answer = client.embeddings.create(model="sim-embed", input=talk.ask("Vector"))
    (call,) = seen()
    assert call.body["encoding_format"] == "base64"
    vector = answer.data[0].embedding
    assert len(vector) == 1_536
    assert math.isclose(sum(number * number for number in vector), 1, rel_tol=1e-4)
    assert answer.usage.prompt_tokens == call.produced["prompt_tokens"]


def test_floats_are_the_same_numbers(client, talk):
    text = talk.ask("Vector")
    packed = client.embeddings.create(model="sim-embed", input=text).data[0].embedding
    plain = client.embeddings.create(model="sim-embed", input=text, encoding_format="float")
    assert plain.data[0].embedding == pytest.approx(list(packed), abs=1e-7)


def test_explicit_base64_is_left_as_text(client, talk):
    answer = client.embeddings.create(
        model="sim-embed", input=talk.ask("Vector"), encoding_format="base64", dimensions=4
    )
    raw = base64.b64decode(answer.data[0].embedding)
    assert len(struct.unpack("<4f", raw)) == 4


def test_dimensions(client, talk):
    answer = client.embeddings.create(model="sim-embed", input=talk.ask("Vector"), dimensions=256)
    assert len(answer.data[0].embedding) == 256


def test_several_inputs_keep_their_order(client, talk):
    texts = [f"{number} {talk.ask('Vector')}" for number in range(20)]
    many = client.embeddings.create(model="sim-embed", input=texts, dimensions=8)
    one = client.embeddings.create(model="sim-embed", input=texts[7], dimensions=8)
    assert [item.index for item in many.data] == list(range(20))
    assert list(many.data[7].embedding) == list(one.data[0].embedding)


def test_tokens_as_input(client, talk, seen):
    answer = client.embeddings.create(
        model="sim-embed", input=[[1, 2, 3], [4, 5]], dimensions=8, extra_body={"user": talk.mark}
    )
    assert answer.usage.total_tokens == 5
    assert seen()[0].body["input"] == [[1, 2, 3], [4, 5]]


def test_rejected_input(client, talk):
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="sim-embed", input=[], extra_body={"user": talk.mark})
