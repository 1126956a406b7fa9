// What a browser calls itself, in the words of who uses it.

/** The first that is found counts: most browsers also name those that they came after. */
const BROWSERS: [sign: RegExp, name: string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Headless)?(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: [sign: RegExp, name: string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** `Chrome · Linux`; the text itself where it is no browser's. */
export function deviceOf(agent: string): string {
  const name = (of: [RegExp, string][]) => of.find(([sign]) => sign.test(agent))?.[1];
  const browser = name(BROWSERS);
  const system = name(SYSTEMS);
  return browser === undefined || system === undefined ? agent : `${browser} · ${system}`;
}
