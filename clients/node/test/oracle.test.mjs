// The oracle itself, against charges computed by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cost } from "../money.mjs";

const nothing = {
  prompt_tokens: 0,
  cached_tokens: 0,
  cache_write_tokens: 0,
  audio_input_tokens: 0,
  completion_tokens: 0,
  reasoning_tokens: 0,
  audio_output_tokens: 0,
  searches: 0,
};

test("parts are not charged twice", () => {
  const produced = {
    ...nothing,
    prompt_tokens: 220,
    cached_tokens: 200,
    completion_tokens: 16,
    reasoning_tokens: 11,
  };
  const price = {
    input_per_mtok: "1.25",
    cached_input_per_mtok: "0.125",
    output_per_mtok: "10.00",
  };
  assert.equal(cost(produced, price), 210_000_000n);
});

test("every line is rounded half-even", () => {
  const price = { input_per_mtok: "0.0000005", output_per_mtok: "0.0000015" };
  assert.equal(cost({ ...nothing, prompt_tokens: 1, completion_tokens: 1 }, price), 2n);
});

test("fees, and a meter without a price", () => {
  const price = { input_per_mtok: "1", per_search: "0.01", per_request: "0.002" };
  assert.equal(cost({ ...nothing, prompt_tokens: 1, searches: 2 }, price), 22_001_000_000n);
  const audio = { ...nothing, prompt_tokens: 5, audio_input_tokens: 5 };
  assert.throws(() => cost(audio, price), /no price for audioInput/);
});
