"""The async client, and many calls at once."""

from __future__ import annotations

import asyncio

import pytest


def test_plain_and_stream(talk):
    async def run() -> tuple[str, str]:
        async with talk.async_client() as client:
            plain = await client.chat.completions.create(
                model="sim-chat", messages=talk.user("Async")
            )
            said = ""
            async for chunk in await client.chat.completions.create(
                model="sim-chat", messages=talk.user("Async"), stream=True
            ):
                for choice in chunk.choices:
                    said += choice.delta.content or ""
            return plain.choices[0].message.content, said

    plain, said = asyncio.run(run())
    assert plain == said


def test_helper(talk):
    async def run() -> str:
        async with talk.async_client() as client:
            async with client.chat.completions.stream(
                model="sim-chat", messages=talk.user("Async help")
            ) as stream:
                async for _ in stream:
                    pass
                final = await stream.get_final_completion()
                return final.choices[0].message.content

    assert asyncio.run(run())


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_fifty_at_once(talk, stream):
    """Nobody gets another one's answer; every one of them is charged (see `talk`)."""

    async def one(client, number: int) -> str:
        messages = talk.user(f"Number {number}", f'delay=100 text="answer {number}"')
        if not stream:
            answer = await client.chat.completions.create(model="sim-chat", messages=messages)
            return answer.choices[0].message.content
        said = ""
        async for chunk in await client.chat.completions.create(
            model="sim-chat", messages=messages, stream=True
        ):
            for choice in chunk.choices:
                said += choice.delta.content or ""
        return said

    async def run() -> list[str]:
        async with talk.async_client(max_retries=0) as client:
            return await asyncio.gather(*(one(client, number) for number in range(50)))

    assert asyncio.run(run()) == [f"answer {number}" for number in range(50)]


def test_embeddings(talk):
    async def run() -> int:
        async with talk.async_client() as client:
            answer = await client.embeddings.create(model="sim-embed", input=talk.ask("Async"))
            return len(answer.data[0].embedding)

    assert asyncio.run(run()) == 1_536
