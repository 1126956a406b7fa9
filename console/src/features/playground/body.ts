// What is sent: the parameters and what the person said, as the endpoint of the mode takes it.
import type { Mode } from './modes';
import { toolsOf } from './tools';

export interface ToolCall {
  id: string;
  name: string;
  /** JSON, if the model kept to it */
  arguments: string;
}

export interface ToolResult {
  id: string;
  content: string;
}

interface WireCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export type Message =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: WireCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

/** What a person gives: a text, a file, or the results of the functions that were called. */
export interface Ask {
  text: string;
  file?: File | null;
  results?: ToolResult[];
  /** what was begun before, and is only waited for */
  job?: string;
}

export type Body = Record<string, unknown>;

/** All of them as they were typed; what is empty is left out of the call. */
export const PARAMETERS = {
  system: '',
  temperature: '',
  maxTokens: '',
  tools: JSON.stringify(
    {
      name: 'get_weather',
      description: 'The weather in a city now',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      },
    },
    null,
    2,
  ),
  toolChoice: '',
  size: '',
  quality: '',
  count: '',
  pictureAs: '',
  // said, since what is left open is held at the dearest a model makes
  videoSize: '1280x720',
  videoSeconds: '4',
  voice: 'alloy',
  soundFormat: '',
  speed: '',
  instructions: '',
  language: '',
  textFormat: '',
  spelling: '',
};
export type Parameters = typeof PARAMETERS;

function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

function wholeOf(text: string): number | undefined {
  const value = Number.parseInt(text, 10);
  return value > 0 ? value : undefined;
}

function given(fields: Body): Body {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** The messages of one turn as the model is told of them. */
export function said(ask: Ask): Message[] {
  return ask.results === undefined
    ? [{ role: 'user', content: ask.text }]
    : ask.results.map((one) => ({ role: 'tool', tool_call_id: one.id, content: one.content }));
}

export function answeredWith(text: string, calls: ToolCall[]): Message[] {
  if (calls.length > 0) {
    return [
      {
        role: 'assistant',
        content: text === '' ? null : text,
        tool_calls: calls.map((call) => ({
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        })),
      },
    ];
  }
  return text === '' ? [] : [{ role: 'assistant', content: text }];
}

function conversation(mode: Mode, model: string, of: Parameters, messages: Message[]): Body {
  const system = of.system.trim();
  const tools = mode === 'tools' ? toolsOf(of.tools).tools : [];
  return given({
    model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...messages],
    temperature: numberOf(of.temperature),
    max_tokens: wholeOf(of.maxTokens),
    ...(tools.length === 0 ? {} : { tools, tool_choice: of.toolChoice }),
  });
}

/**
 * The body of a call; of a transcription its fields, beside the file.
 *
 * @param before what was said before in the conversation
 */
export function bodyOf(
  mode: Mode,
  model: string,
  of: Parameters,
  ask: Ask,
  before: Message[] = [],
): Body {
  switch (mode) {
    case 'chat':
    case 'tools':
      return conversation(mode, model, of, [...before, ...said(ask)]);
    case 'images':
      return given({
        model,
        prompt: ask.text,
        n: wholeOf(of.count),
        size: of.size.trim(),
        quality: of.quality,
        response_format: of.pictureAs,
      });
    case 'video':
      return given({
        model,
        prompt: ask.text,
        size: of.videoSize,
        seconds: of.videoSeconds,
      });
    case 'speech':
      return given({
        model,
        input: ask.text,
        voice: of.voice.trim() === '' ? PARAMETERS.voice : of.voice.trim(),
        response_format: of.soundFormat,
        speed: numberOf(of.speed),
        instructions: of.instructions.trim(),
      });
    case 'transcription':
      return given({
        model,
        language: of.language.trim(),
        prompt: of.spelling.trim(),
        response_format: of.textFormat,
      });
  }
}
