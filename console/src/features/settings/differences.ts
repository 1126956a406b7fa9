// What differs between an object before and after a change, field by field.

export interface Difference {
  field: string;
  before: string | null;
  after: string | null;
}

function text(value: unknown): string | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
    return value.join(', ');
  }
  // one thing a line: nobody reads brackets
  return Array.isArray(value) ? value.map(inner).join('\n') : inner(value);
}

/** What is in a thing, by name; what is in that stands in brackets. */
function inner(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const parts = Array.isArray(value)
    ? value.map(nested)
    : Object.entries(value)
        .filter(([, one]) => one !== null)
        .map(([name, one]) => `${name} ${nested(one)}`);
  return parts.length === 0 ? '–' : parts.join(', ');
}

function nested(value: unknown): string {
  return typeof value === 'object' && value !== null ? `(${inner(value)})` : inner(value);
}

/** All fields where there is only one side. */
export function differences(before: unknown, after: unknown): Difference[] {
  const old = (before ?? {}) as Record<string, unknown>;
  const now = (after ?? {}) as Record<string, unknown>;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((field) => ({ field, before: text(old[field]), after: text(now[field]) }))
    .filter((one) => one.before !== one.after);
}
