"""The model list is what the key may call."""

from __future__ import annotations

import openai
import pytest

pytestmark = pytest.mark.unbilled


def test_list(client):
    models = list(client.models.list())
    assert {"sim-chat", "sim-embed"} <= {model.id for model in models}
    assert all(model.object == "model" for model in models)
    assert all(isinstance(model.created, int) for model in models)


def test_retrieve(client):
    model = client.models.retrieve("sim-chat")
    assert model.id == "sim-chat"
    assert model.owned_by


def test_unknown(client):
    with pytest.raises(openai.NotFoundError) as failure:
        client.models.retrieve("no-such-model")
    assert failure.value.code == "model_not_found"


def test_delete_is_not_served(client):
    with pytest.raises(openai.APIStatusError) as failure:
        client.models.delete("sim-chat")
    assert failure.value.status_code == 405
    assert failure.value.code == "method_not_allowed"
