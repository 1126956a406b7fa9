// The Vercel AI SDK with the providers of all dialects, each as its own documentation sets it up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { key as apiKey, origin, pdf, png, v1 } from "../target.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const openai = createOpenAI({ baseURL: v1, apiKey });
const anthropic = createAnthropic({ baseURL: v1, apiKey });
const google = createGoogleGenerativeAI({ baseURL: `${origin}/v1beta`, apiKey });
const compatible = createOpenAICompatible({
  name: "sluice",
  baseURL: v1,
  apiKey,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const PROVIDERS = { responses: openai, chat: openai.chat, anthropic, google, compatible };

const tools = {
  weather: tool({
    description: "The weather in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}`,
  }),
};
const usual = { maxRetries: 0, maxOutputTokens: 3000 };

async function streamed(asked) {
  const errors = [];
  const result = streamText({ ...usual, ...asked, onError: ({ error }) => errors.push(error) });
  let text = "";
  for await (const piece of result.textStream) text += piece;
  return { text, errors, result };
}

for (const [name, provider] of Object.entries(PROVIDERS)) {
  for (const id of ["sim-chat", "sim-reasoner"]) {
    const model = provider(id);

    test(`${name} ${id}: text and stream`, async () => {
      const plain = await generateText({ ...usual, model, prompt: "Say hello" });
      const { text, errors, result } = await streamed({ model, prompt: "Say hello" });
      assert.deepEqual(errors, []);
      assert.equal(text, plain.text);
      assert.equal((await result.usage).totalTokens, plain.usage.totalTokens);
    });

    test(`${name} ${id}: tools, then two more turns`, async () => {
      const messages = [{ role: "user", content: "The weather in Paris and London" }];
      const asked = { model, tools, stopWhen: stepCountIs(4) };
      const first = await generateText({ ...usual, ...asked, messages });
      assert.equal(first.steps.length, 2);
      assert.equal(first.steps[0].toolCalls.length, 2);
      messages.push(...first.response.messages, { role: "user", content: "Thanks" });
      const second = await streamed({ ...asked, messages });
      assert.deepEqual(second.errors, []);
      assert.ok(second.text);
      messages.push(...(await second.result.response).messages, { role: "user", content: "Bye" });
      assert.ok((await generateText({ ...usual, ...asked, messages })).text);
    });
  }

  test(`${name}: an object, an image and a PDF`, async () => {
    const { object, usage } = await generateObject({
      ...usual,
      model: provider("sim-chat"),
      schema: z.object({ city: z.string(), people: z.number() }),
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            { type: "image", image: `data:image/png;base64,${png}` },
            { type: "file", mediaType: "application/pdf", filename: "a.pdf", data: pdf },
          ],
        },
      ],
    });
    assert.ok(object.city);
    assert.ok(usage.inputTokens > 1750);
  });

  test(`${name}: refusals and a stream that breaks`, async () => {
    const model = provider("sim-chat");
    for (const status of [400, 429]) {
      await assert.rejects(
        generateText({ ...usual, model, prompt: `Fail [[sim status=${status}]]` }),
        (error) => error.name === "AI_APICallError" && error.statusCode === status,
      );
    }
    const { errors } = await streamed({ model, prompt: "Fail [[sim tokens=20 error_at=9]]" });
    assert.match(JSON.stringify(errors) + String(errors[0]?.message), /upstream failed/);
  });
}
