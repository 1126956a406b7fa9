// Realtime sessions over the SDK's WebSocket: several responses, sound, an error event, a refusal.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { settings, test } from "../harness.mjs";

const MODEL = "sim-realtime";

/** The SDK speaks TLS whatever its base URL says; the gateway under test has no certificate. */
function inTheClear() {
  const { hostname, port } = new URL(settings.baseUrl);
  return connect({ host: hostname, port: Number(port || 80) });
}

/** A session whose responses are found by the action they are put down to. */
function open(talk, client = {}) {
  const headers = client.apiKey ? {} : talk.abandoning();
  const options = { headers, createConnection: inTheClear };
  return new OpenAIRealtimeWS({ model: MODEL, options }, talk.client(client));
}

/** The next event of a type; any error ends the wait. */
function next(session, type) {
  return new Promise((resolve, reject) => {
    session.once(type, resolve);
    session.once("error", reject);
  });
}

const item = (talk, text, directives) => ({
  type: "conversation.item.create",
  item: {
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: talk.user(text, directives)[0].content }],
  },
});

test("several responses in text", async (talk) => {
  const session = open(talk);
  await next(session, "session.created");
  session.send({
    type: "session.update",
    session: { type: "realtime", output_modalities: ["text"] },
  });
  const updated = await next(session, "session.updated");
  assert.equal(updated.session.model, MODEL);
  for (const text of ["One", "Two"]) {
    let said = "";
    const onDelta = (event) => {
      said += event.delta;
    };
    session.on("response.output_text.delta", onDelta);
    session.send(item(talk, text));
    session.send({ type: "response.create" });
    const { response } = await next(session, "response.done");
    session.off("response.output_text.delta", onDelta);
    assert.equal(response.status, "completed");
    assert.equal(said, response.output[0].content[0].text);
    assert.ok(response.usage.output_tokens > 0);
  }
  session.close();
});

test("spoken", async (talk) => {
  const session = open(talk);
  await next(session, "session.created");
  session.send(item(talk, "Speak"));
  session.send({ type: "response.create" });
  const delta = await next(session, "response.output_audio.delta");
  assert.ok(Buffer.from(delta.delta, "base64").length > 0);
  const { response } = await next(session, "response.done");
  assert.ok(response.usage.output_token_details.audio_tokens > 0);
  session.close();
});

test("an error event", { unbilled: true }, async (talk) => {
  const session = open(talk);
  await next(session, "session.created");
  session.send({ type: "nothing.known", event_id: "mine" });
  const error = await new Promise((resolve) => session.once("error", resolve));
  assert.equal(error.error.event_id, "mine");
  session.close();
});

test("a key that is not known", { unbilled: true, gateway: true }, async (talk) => {
  const session = open(talk, { apiKey: "sk-sluice-wrong" });
  const error = await new Promise((resolve) => session.once("error", resolve));
  assert.match(String(error.message), /401/);
});
