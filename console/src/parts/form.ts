// A form's values as plain text, and the body made of them.
import { useState, type ChangeEvent } from 'react';

export type Values<K extends string> = Record<K, string>;

type Entry = ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>;

/** `field('label')` is what a control of that name takes. */
export function useForm<K extends string>(initial: Values<K>) {
  const [values, setValues] = useState(initial);
  const set = (change: Partial<Values<K>>) => setValues((old) => ({ ...old, ...change }));
  const field = (name: K) => ({
    name,
    value: values[name],
    onChange: (event: Entry) => set({ [name]: event.target.value } as Partial<Values<K>>),
  });
  return { values, set, field };
}

/** Without what was left empty. */
export function filled<T extends Record<string, unknown>>(body: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([, value]) =>
        value !== undefined &&
        value !== '' &&
        value !== null &&
        !(Array.isArray(value) && value.length === 0),
    ),
  ) as Partial<T>;
}

/** For a change: what was emptied is null, which takes it away. */
export function cleared<T extends Record<string, unknown>>(body: T): T {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, value === '' ? null : value]),
  ) as T;
}

/** The parts of a text list, by comma, space or line. */
export function listOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function wholeOf(text: string): number | undefined {
  return /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
