"""Every refusal becomes the exception class that applications already catch."""

from __future__ import annotations

import openai
import pytest


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, openai.BadRequestError),
        (404, openai.NotFoundError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (502, openai.InternalServerError),
        (503, openai.InternalServerError),
        (529, openai.InternalServerError),
    ],
)
def test_refusal_of_the_upstream(talk, status, kind):
    client = talk.client(max_retries=0)
    with pytest.raises(kind) as failure:
        client.chat.completions.create(
            model="sim-chat", messages=talk.user("Fail", f"status={status}")
        )
    assert type(failure.value) is kind
    assert failure.value.message


@pytest.mark.gateway
@pytest.mark.parametrize(
    ("status", "told", "code", "error_type"),
    [
        (400, 400, "upstream_rejected", "invalid_request_error"),
        (404, 404, "upstream_rejected", "invalid_request_error"),
        (413, 413, "upstream_rejected", "invalid_request_error"),
        (422, 422, "upstream_rejected", "invalid_request_error"),
        (429, 429, "upstream_rate_limited", "invalid_request_error"),
        (401, 502, "upstream_error", "server_error"),
        (402, 502, "upstream_error", "server_error"),
        (403, 502, "upstream_error", "server_error"),
        (500, 502, "upstream_error", "server_error"),
        (529, 502, "upstream_error", "server_error"),
    ],
)
def test_code_of_an_upstream_refusal(talk, status, told, code, error_type):
    client = talk.client(max_retries=0)
    with pytest.raises(openai.APIStatusError) as failure:
        client.chat.completions.create(
            model="sim-chat", messages=talk.user("Fail", f"status={status}")
        )
    assert failure.value.status_code == told
    assert failure.value.code == code
    assert failure.value.type == error_type
    assert failure.value.body["sluice"]["request_id"] == failure.value.request_id


@pytest.mark.gateway
def test_message_of_the_upstream_is_passed_on(talk):
    client = talk.client(max_retries=0)
    with pytest.raises(openai.BadRequestError) as failure:
        client.chat.completions.create(
            model="sim-chat", messages=talk.user("Fail", 'status=400 message="too many cooks"')
        )
    assert "too many cooks" in failure.value.message


@pytest.mark.unbilled
def test_unknown_key(talk):
    client = talk.client(api_key="sk-sluice-not-a-key")
    with pytest.raises(openai.AuthenticationError) as failure:
        client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))
    assert failure.value.code == "invalid_api_key"
    assert len(talk.answers) == 1
    assert "sk-sluice-not-a-key" not in str(failure.value)


def test_unknown_model(client, talk):
    with pytest.raises(openai.NotFoundError) as failure:
        client.chat.completions.create(model="no-such-model", messages=talk.user("Hello"))
    assert failure.value.code == "model_not_found"
    assert len(talk.answers) == 1


@pytest.mark.unbilled
def test_unknown_route(settings, talk):
    client = talk.client(base_url=settings.base_url + "/nowhere")
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))


@pytest.mark.parametrize(
    "fields",
    [{"messages": []}, {"max_tokens": -1}, {"n": 0}, {"model": ""}],
    ids=["no messages", "negative limit", "no choices", "no model"],
)
def test_malformed(client, talk, fields):
    request = {"model": "sim-chat", "messages": talk.user("Hello")} | fields
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(**request, extra_body={"user": talk.mark})


@pytest.mark.gateway
def test_model_the_key_may_not_call(talk, management):
    key = management.post(
        "keys",
        {
            "label": "clients-py-" + talk.mark,
            "team": _team(management),
            "owner": "service:clients-py",
            "environment": "development",
            "models": ["sim-embed"],
        },
    )
    client = talk.client(api_key=key["key"])
    assert [model.id for model in client.models.list()] == ["sim-embed"]
    with pytest.raises(openai.PermissionDeniedError) as failure:
        client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))
    assert failure.value.code == "policy_denied"
    assert failure.value.type == "permission_error"


@pytest.mark.gateway
@pytest.mark.unbilled
def test_revoked_key(talk, management):
    key = management.post(
        "keys",
        {
            "label": "clients-py-" + talk.mark,
            "team": _team(management),
            "owner": "service:clients-py",
            "environment": "development",
        },
    )
    client = talk.client(api_key=key["key"])
    client.chat.completions.create(model="sim-chat", messages=talk.user("Hello"))
    management.post(f"keys/{key['id']}/revoke", {})
    deadline = 50
    while deadline:
        deadline -= 1
        try:
            client.models.list()
        except openai.AuthenticationError:
            return
    raise AssertionError("the key still works after fifty calls")


@pytest.mark.gateway
def test_exhausted_quota_is_not_retried(talk, management):
    team = _team(management)
    label = "clients-py-" + talk.mark
    key = management.post(
        "keys",
        {
            "label": label,
            "team": team,
            "owner": "service:clients-py",
            "environment": "development",
        },
    )
    management.post(
        "quotas",
        {
            "name": label,
            "scope": {"key": label},
            "unit": "requests",
            "limit": "1",
            "window": {"lifetime": True},
            "at_limit": "block",
        },
    )
    client = talk.client(api_key=key["key"])
    client.chat.completions.create(model="sim-chat", messages=talk.user("First"))
    with pytest.raises(openai.RateLimitError) as failure:
        client.chat.completions.create(model="sim-chat", messages=talk.user("Second"))
    assert failure.value.code == "quota_exceeded"
    assert failure.value.type == "insufficient_quota"
    details = failure.value.body["sluice"]
    assert details["rule"] == label
    assert details["unit"] == "requests"
    assert failure.value.response.headers["x-should-retry"] == "false"
    assert len(talk.answers) == 2


def _team(management) -> str:
    teams = management.get("teams")["data"]
    if teams:
        return teams[0]["name"]
    return management.post("teams", {"name": "clients"})["name"]
