// Money is a decimal string of US dollars and stays one: sums are the server's work. What is
// done here is rounding for the eye, with integers.

const SCALE = 12;

/** Picodollars of a decimal string; null for what is none. */
export function pico(amount: string): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?0*$/.exec(amount.trim());
  if (match === null) {
    return null;
  }
  const [, sign, whole = '0', fraction = ''] = match;
  const value = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -value : value;
}

export function isZero(amount: string): boolean {
  return pico(amount) === 0n;
}

export function compareMoney(a: string, b: string): number {
  const difference = (pico(a) ?? 0n) - (pico(b) ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** What is left, or the difference of two shown amounts. */
export function minus(a: string, b: string): string {
  return decimal((pico(a) ?? 0n) - (pico(b) ?? 0n));
}

export function decimal(value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return sign + digits.slice(0, -SCALE) + (fraction === '' ? '' : `.${fraction}`);
}

/**
 * For the eye: cents from one dollar on, two significant digits below, exact to the picodollar
 * with `exact`. Never `$0.00` for something that is not nothing.
 */
export function formatMoney(amount: string | null | undefined, locale: string, exact = false) {
  if (amount === null || amount === undefined) {
    return '–';
  }
  const value = pico(amount);
  if (value === null) {
    return amount;
  }
  const size = value < 0n ? -value : value;
  let digits = 2;
  if (exact) {
    digits = Math.max(2, decimal(size).split('.')[1]?.length ?? 0);
  } else if (size > 0n && size < 10n ** 12n) {
    const leading = SCALE + 1 - size.toString().length;
    digits = Math.min(SCALE, Math.max(2, leading + 1 + (leading > 1 ? 1 : 0)));
  }
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
    // TypeScript's declaration lags behind: a string keeps every digit
  }).format(decimal(value) as unknown as number);
}

/** For charts alone, whose pixels need no cents. */
export function plotted(amount: string): number {
  // lint: this is the one place
  return Number(pico(amount) ?? 0n) / 1e12;
}
