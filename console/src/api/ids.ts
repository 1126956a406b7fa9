/** Ours, not a provider's: `req_` and 26 digits of base 32. */
export function isRequestId(text: string): boolean {
  return /^req_[0-9a-hjkmnp-tv-z]{26}$/.test(text);
}
