// The charge oracle: usage × price in whole picodollars, every line rounded half-even.

const PRICE_KEYS = {
  input: ["input_per_mtok"],
  cached: ["cached_input_per_mtok", "input_per_mtok"],
  cacheWrite: ["cache_write_5m_per_mtok", "input_per_mtok"],
  audioInput: ["audio_input_per_mtok"],
  output: ["output_per_mtok"],
  reasoning: ["reasoning_per_mtok", "output_per_mtok"],
  audioOutput: ["audio_output_per_mtok"],
};

/** The provider's totals, which include their parts, as meters that do not overlap. */
function disjoint(produced) {
  return {
    input:
      produced.prompt_tokens -
      produced.cached_tokens -
      produced.cache_write_tokens -
      produced.audio_input_tokens,
    cached: produced.cached_tokens,
    cacheWrite: produced.cache_write_tokens,
    audioInput: produced.audio_input_tokens,
    output:
      produced.completion_tokens - produced.reasoning_tokens - produced.audio_output_tokens,
    reasoning: produced.reasoning_tokens,
    audioOutput: produced.audio_output_tokens,
  };
}

/** count × price ÷ per, in picodollars, half-even. */
function line(count, price, per) {
  const [whole, fraction = ""] = price.split(".");
  const numerator = BigInt(count) * BigInt(whole + fraction) * 10n ** 12n;
  const denominator = 10n ** BigInt(fraction.length) * BigInt(per);
  const down = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const up = twice > denominator || (twice === denominator && down % 2n === 1n);
  return up ? down + 1n : down;
}

/** What one upstream call costs, in picodollars. */
export function cost(produced, price) {
  let total = 0n;
  for (const [meter, count] of Object.entries(disjoint(produced))) {
    if (count === 0) continue;
    const key = PRICE_KEYS[meter].find((name) => price[name] != null);
    if (key === undefined) throw new Error(`no price for ${meter}: ${JSON.stringify(price)}`);
    total += line(count, price[key], 1_000_000);
  }
  if (produced.searches > 0) total += line(produced.searches, price.per_search, 1);
  if (price.per_request != null) total += line(1, price.per_request, 1);
  return total;
}
