"""Fixtures: SDK clients that remember what they were answered, marks, the journal, the oracle."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

import openai
import pytest

import charges
from journal import Call, Journal
from settings import Settings

RETRY_MODEL = "sim-mini"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    settings = Settings.from_environment()
    for item in items:
        if item.get_closest_marker("gateway") and not settings.is_sluice:
            item.add_marker(pytest.mark.skip(reason="needs SLUICE_URL and SLUICE_ADMIN_KEY"))
        names = getattr(item, "fixturenames", [])
        if settings.sim_url is None and ("seen" in names or "retry_model" in names):
            item.add_marker(pytest.mark.skip(reason="needs SLUICE_SIM_URL"))


@dataclass
class Conversation:
    """One test's side of the wire: its mark, its clients, and every answer they got.

    Clients are the SDK's own with its own defaults; a response hook, which the SDK offers, writes
    down the headers of each answer, those of retried ones too.
    """

    settings: Settings
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    answers: list[Any] = field(default_factory=list)
    abandoned: bool = False

    def ask(self, text: str, directives: str = "") -> str:
        """A prompt that the journal can find again; directives tell the simulator what to do."""
        told = f" [[sim {directives}]]" if directives else ""
        return f"{text}{told} #{self.mark}"

    def abandoning(self) -> dict[str, str]:
        """Headers for a call whose answer is not waited for: its row is found by its action."""
        self.abandoned = True
        return {"x-sluice-action-id": self.mark}

    def user(self, text: str, directives: str = "") -> list[Any]:
        return [{"role": "user", "content": self.ask(text, directives)}]

    def client(self, **options: Any) -> openai.OpenAI:
        hooks = {"response": [self.answers.append]}
        return openai.OpenAI(
            base_url=options.pop("base_url", self.settings.base_url),
            api_key=options.pop("api_key", self.settings.key),
            http_client=openai.DefaultHttpxClient(event_hooks=hooks, trust_env=False),
            **options,
        )

    def async_client(self, **options: Any) -> openai.AsyncOpenAI:
        async def remember(response: Any) -> None:
            self.answers.append(response)

        hooks = {"response": [remember]}
        return openai.AsyncOpenAI(
            base_url=self.settings.base_url,
            api_key=self.settings.key,
            http_client=openai.DefaultAsyncHttpxClient(event_hooks=hooks, trust_env=False),
            **options,
        )

    def billed_ids(self) -> list[str]:
        """The request ids of model calls that got as far as a row of their own."""
        return [
            answer.headers["x-request-id"]
            for answer in self.answers
            if answer.request.method == "POST" and answer.status_code != 401
        ]


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings.from_environment()


@pytest.fixture(scope="session")
def management(settings: Settings) -> charges.Management | None:
    return charges.Management(settings) if settings.is_sluice else None


@pytest.fixture(scope="session")
def journal(settings: Settings) -> Journal | None:
    return Journal(settings) if settings.sim_url else None


@pytest.fixture
def talk(
    request: pytest.FixtureRequest,
    settings: Settings,
    journal: Journal | None,
    management: charges.Management | None,
) -> Iterator[Conversation]:
    """The test's conversation. Afterwards every charge it caused is compared with the oracle."""
    since = journal.position() if journal else 0
    talk = Conversation(settings)
    yield talk
    if journal is None or management is None or request.node.get_closest_marker("unbilled"):
        return
    calls = journal.await_calls(
        since, talk.mark, lambda calls: all(call.outcome != "open" for call in calls)
    )
    estimated = request.node.get_closest_marker("estimated") is not None
    ids = talk.billed_ids()
    if talk.abandoned:
        ids += [row["request_id"] for row in management.settled_of_action(talk.mark)]
    charges.check(management, calls, ids, estimated)


@pytest.fixture
def client(talk: Conversation) -> openai.OpenAI:
    return talk.client()


@pytest.fixture
def seen(talk: Conversation, journal: Journal | None) -> Callable[..., list[Call]]:
    """What the upstream saw of this test: `seen()`, or `seen(lambda calls: …)` to wait for it."""
    assert journal is not None
    since = journal.position()

    def read(
        condition: Callable[[list[Call]], bool] | None = None, seconds: float = 10
    ) -> list[Call]:
        def over(calls: list[Call]) -> bool:
            return bool(calls) and all(call.outcome != "open" for call in calls)

        return journal.await_calls(since, talk.mark, condition or over, seconds)

    return read


@pytest.fixture
def retry_model(
    journal: Journal | None, management: charges.Management | None
) -> Iterator[str]:
    """A model that only these tests call, so that scripted failures hit nobody else."""
    assert journal is not None
    if management is not None:
        management.ensure_model(RETRY_MODEL)
    journal.clear_scripts()
    yield RETRY_MODEL
    journal.clear_scripts()
