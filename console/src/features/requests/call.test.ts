import { describe, expect, test } from 'vitest';
import { tokensOf } from './call';

describe('tokens of an attempt', () => {
  test('what came from a cache went in too, and reasoning came out', () => {
    const meters = {
      input_tokens: 1192,
      cached_input_tokens: 3575,
      cache_write_5m_tokens: 10,
      output_tokens: 100,
      reasoning_tokens: 61,
      requests: 1,
    };
    expect(tokensOf(meters)).toEqual({ input: 4777, output: 161 });
  });

  test('tokens of other modalities are on their side', () => {
    const meters = { audio_input_tokens: 3, image_input_tokens: 4, audio_output_tokens: 5, image_output_tokens: 6 };
    expect(tokensOf(meters)).toEqual({ input: 7, output: 11 });
  });

  test('a picture has none', () => {
    expect(tokensOf({ images: 1, requests: 1 })).toBeNull();
  });
});
