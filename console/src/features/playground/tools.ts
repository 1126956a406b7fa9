// Functions as a person defines them, and what is wrong with a definition.

export type ToolMistake = 'notJson' | 'noName' | 'badName' | 'badParameters';

interface Definition {
  name?: unknown;
  parameters?: unknown;
}

const NAME = /^[\w-]{1,64}$/;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistake(definition: Definition): ToolMistake | null {
  if (typeof definition.name !== 'string' || definition.name === '') {
    return 'noName';
  }
  if (!NAME.test(definition.name)) {
    return 'badName';
  }
  return definition.parameters === undefined || isObject(definition.parameters)
    ? null
    : 'badParameters';
}

/** One function or a list of them, bare or as the API wraps them. */
export function toolsOf(text: string): { tools: unknown[]; mistake: ToolMistake | null } {
  if (text.trim() === '') {
    return { tools: [], mistake: null };
  }
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { tools: [], mistake: 'notJson' };
  }
  const tools: unknown[] = [];
  for (const one of Array.isArray(read) ? read : [read]) {
    const definition: unknown = isObject(one) && isObject(one.function) ? one.function : one;
    if (!isObject(definition)) {
      return { tools: [], mistake: 'noName' };
    }
    const wrong = mistake(definition);
    if (wrong !== null) {
      return { tools: [], mistake: wrong };
    }
    tools.push({ type: 'function', function: definition });
  }
  return { tools, mistake: null };
}

/** Indented where it is JSON, else as it is. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
