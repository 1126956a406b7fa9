#!/usr/bin/env python3
"""Takes the names, types and enums of OpenAI's published specification, and none of its prose.

    python3 protocol/facts/openai_shapes.py ../shared/data/openai/openapi.yaml COMMIT

Writes `protocol/src/test/facts/openai-shapes.json`: the operations that Sluice serves, the events
of realtime sessions, and every schema these reach. Run twice it writes the same bytes. Needs
PyYAML.
"""

import json
import pathlib
import sys

import yaml

OUT = pathlib.Path(__file__).parents[1] / "src" / "test" / "facts" / "openai-shapes.json"

OPERATIONS = """
POST /chat/completions
POST /responses
GET /responses/{response_id}
DELETE /responses/{response_id}
GET /responses/{response_id}/input_items
POST /responses/input_tokens
POST /embeddings
POST /images/generations
POST /images/edits
POST /images/variations
POST /audio/speech
POST /audio/transcriptions
POST /audio/translations
POST /moderations
GET /models
GET /models/{model}
GET /files
POST /files
GET /files/{file_id}
DELETE /files/{file_id}
GET /files/{file_id}/content
GET /batches
POST /batches
GET /batches/{batch_id}
POST /batches/{batch_id}/cancel
GET /videos
POST /videos
GET /videos/{video_id}
DELETE /videos/{video_id}
GET /videos/{video_id}/content
POST /videos/{video_id}/remix
POST /realtime/client_secrets
POST /realtime/sessions
POST /realtime/transcription_sessions
GET /fine_tuning/jobs
POST /fine_tuning/jobs
GET /fine_tuning/jobs/{fine_tuning_job_id}
POST /fine_tuning/jobs/{fine_tuning_job_id}/cancel
POST /fine_tuning/jobs/{fine_tuning_job_id}/pause
POST /fine_tuning/jobs/{fine_tuning_job_id}/resume
GET /fine_tuning/jobs/{fine_tuning_job_id}/events
GET /fine_tuning/jobs/{fine_tuning_job_id}/checkpoints
GET /organization/costs
GET /organization/usage/completions
GET /organization/usage/embeddings
GET /organization/usage/images
GET /organization/usage/audio_speeches
GET /organization/usage/audio_transcriptions
GET /organization/usage/moderations
GET /organization/usage/vector_stores
GET /organization/usage/code_interpreter_sessions
GET /organization/usage/file_search_calls
GET /organization/usage/web_search_calls
"""

# What is reached by no operation: events of sockets, errors, pieces of sound.
ROOTS = [
    "RealtimeClientEvent",
    "RealtimeServerEvent",
    "ErrorResponse",
    "CreateSpeechResponseStreamEvent",
    "CreateTranscriptionResponseStreamEvent",
]

KEPT = ("type", "enum", "const", "required", "nullable")
PREFIX = "#/components/schemas/"


def reduced(schema):
    """The schema without what only people read, and without bounds."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].removeprefix(PREFIX)}
    out = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in schema:
        out["properties"] = {
            name: reduced(inner) for name, inner in sorted(schema["properties"].items())
        }
    for key in ("items", "additionalProperties"):
        if key in schema:
            out[key] = reduced(schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            out[key] = [reduced(inner) for inner in schema[key]]
    return out


def named(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for inner in schema.values():
            yield from named(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from named(inner)


def contents(holder):
    return {
        kind: reduced(content["schema"])
        for kind, content in sorted(holder.get("content", {}).items())
        if "schema" in content
    }


def main():
    path, commit = sys.argv[1:]
    spec = yaml.load(pathlib.Path(path).read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    operations = {}
    for operation in OPERATIONS.split("\n"):
        if operation:
            method, where = operation.split(" ")
            told = spec["paths"][where][method.lower()]
            operations[operation] = {
                "request": contents(told.get("requestBody", {})),
                "answer": contents(told["responses"]["200"]),
            }
    schemas = {}
    wanted = sorted(set(named(operations)) | set(ROOTS))
    while wanted:
        name = wanted.pop()
        if name not in schemas:
            schemas[name] = reduced(spec["components"]["schemas"][name])
            wanted += sorted(set(named(schemas[name])) - set(schemas))
    source = {
        "title": spec["info"]["title"],
        "version": spec["info"]["version"],
        "commit": commit,
        "licence": spec["info"]["license"]["identifier"],
    }
    # A line for each schema, so that a newer specification is a difference that can be read.
    lines = ["{", f'"source": {json.dumps(source)},']
    for title, entries in (("operations", operations), ("schemas", schemas)):
        lines.append(f'"{title}": {{')
        lines.append(",\n".join(
            f"{json.dumps(name)}: {json.dumps(entry, sort_keys=True, separators=(',', ':'))}"
            for name, entry in sorted(entries.items())))
        lines.append("}" + ("," if title == "operations" else ""))
    lines.append("}")
    OUT.write_text("\n".join(lines) + "\n")
    print(f"{len(operations)} operations, {len(schemas)} schemas")


if __name__ == "__main__":
    main()
