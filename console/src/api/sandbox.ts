// The sandbox that this tab looks at: its calls name it, and other tabs stay where they are.
const STORED = 'sluice.sandbox';

/** Null at home. */
export function visited(): string | null {
  return sessionStorage.getItem(STORED);
}

/** Goes into a sandbox, or home; everything is read again. */
export function visit(sandbox: string | null): void {
  if (sandbox === null) {
    sessionStorage.removeItem(STORED);
  } else {
    sessionStorage.setItem(STORED, sandbox);
  }
  location.assign('/');
}

export function sandboxHeaders(url: string): Record<string, string> {
  const sandbox = visited();
  return sandbox === null || !url.startsWith('/admin/')
    ? {}
    : { 'x-sluice-organization': sandbox };
}
