export function formatNumber(value: number | string | null | undefined, locale: string): string {
  if (value === null || value === undefined) {
    return '–';
  }
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text)
    ? new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(text as unknown as number)
    : text;
}

/** 1.2 K, 3.4 M: where the size matters and the digits do not. */
export function formatShort(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    notation: value >= 10_000 ? 'compact' : 'standard',
    maximumFractionDigits: value >= 10_000 ? 1 : 2,
  }).format(value);
}

/** One decimal below a tenth; what is not nothing is never 0 %. */
export function formatPercent(share: number, locale: string): string {
  const LEAST = 0.001;
  if (share > 0 && share < LEAST) {
    return `<${formatPercent(LEAST, locale)}`;
  }
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: share !== 0 && Math.abs(share) < 0.1 ? 1 : 0,
  }).format(share);
}

export function formatMillis(millis: number | null | undefined, locale: string): string {
  if (millis === null || millis === undefined) {
    return '–';
  }
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  if (millis < 1000) {
    return `${number(millis, 0)}\u00a0ms`;
  }
  return millis < 60_000
    ? `${number(millis / 1000, millis < 10_000 ? 2 : 1)}\u00a0s`
    : `${Math.floor(millis / 60_000)}\u00a0min ${number((millis % 60_000) / 1000, 0)}\u00a0s`;
}
