// What the audit page asks for, from the filters in its address.
export const AUDIT_FILTERS = [
  'from',
  'to',
  'actor',
  'action',
  'subject_kind',
  'subject',
  'request_id',
] as const;
export type AuditFilter = (typeof AUDIT_FILTERS)[number];
export type AuditValues = Partial<Record<AuditFilter, string>>;

/** What is done to things, in the API's words. */
export const ACTIONS = [
  'create',
  'update',
  'delete',
  'revoke',
  'rotate',
  'mint',
  'import',
  'sign_in',
  'sign_in_refused',
  'sign_out',
  'change_password',
  'reset_password',
  'revoke_sessions',
  'write_off',
  'wipe',
  'setup',
];

export const KINDS = [
  'account',
  'adjustment',
  'admin_token',
  'invitation',
  'key',
  'model',
  'organization',
  'plan',
  'price',
  'price_book',
  'quota',
  'refund',
  'service',
  'session',
  'team',
  'topup',
  'upstream',
  'user',
];

const DAY_MILLIS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What the clocks of a zone show, read as if it were UTC. */
function shown(at: number, zone: string): number {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return Date.parse(`${clock.format(at).replace(' ', 'T')}Z`);
}

/** When a day begins there. */
export function beginOf(date: string, zone: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const near = midnight - (shown(midnight, zone) - midnight);
  return new Date(midnight - (shown(near, zone) - near)).toISOString();
}

/** Days are the organization's, the last one is included; the API takes times, the end is not. */
export function auditQuery({ from, to, ...rest }: AuditValues, zone = 'UTC'): AuditValues {
  const next = (date: string) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MILLIS).toISOString().slice(0, 10);
  return {
    ...rest,
    ...(from !== undefined && DATE.test(from) ? { from: beginOf(from, zone) } : {}),
    ...(to !== undefined && DATE.test(to) ? { to: beginOf(next(to), zone) } : {}),
  };
}
