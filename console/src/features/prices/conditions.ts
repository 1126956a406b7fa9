// A price that depends on the call, as rows that can be read: when each holds, and what every unit
// costs then.

/** One thing that must hold; `above` counts the input tokens of the whole call. */
export interface Condition {
  kind: string;
  value: string;
}

export interface Rate {
  usd: string;
  /** said by the row itself; else it is what the call would cost anyway */
  own: boolean;
}

export interface PriceRow {
  when: Condition[];
  /** by the unit's price key */
  rates: Map<string, Rate>;
}

const ABOVE = 'above_input_tokens';
const isRate = (key: string) => key.endsWith('_per_mtok') || key.startsWith('per_');

type Node = Record<string, unknown>;

function nodes(of: unknown): Node[] {
  return Array.isArray(of) ? (of as Node[]) : [];
}

function ratesOf(node: Node, usual: Map<string, Rate>): Map<string, Rate> {
  const own = Object.entries(node)
    .filter(([key, value]) => isRate(key) && typeof value === 'string')
    .map(([key, value]): [string, Rate] => [key, { usd: value as string, own: true }]);
  const rest = [...usual].map(([key, { usd }]): [string, Rate] => [key, { usd, own: false }]);
  return new Map([...rest, ...own]);
}

function tiersOf(node: Node, when: Condition[], usual: Map<string, Rate>): PriceRow[] {
  return nodes(node.tiers).map((tier) => ({
    when: [...when, { kind: 'above', value: String(tier[ABOVE]) }],
    rates: ratesOf(tier, usual),
  }));
}

/** The usual price first where there is one, then every other; a single row: nothing depends. */
export function priceRows(native: unknown): PriceRow[] {
  const node = (native ?? {}) as Node;
  const usual = ratesOf(node, new Map());
  const rows = usual.size === 0 ? [] : [{ when: [], rates: usual }];
  const others = nodes(node.by).flatMap((by) => {
    const when = Object.entries(by)
      .filter(([key]) => key !== 'tiers' && !isRate(key))
      .map(([kind, value]) => ({ kind, value: String(value) }));
    const rates = ratesOf(by, usual);
    return [{ when, rates }, ...tiersOf(by, when, rates)];
  });
  return [...rows, ...tiersOf(node, [], usual), ...others];
}

/** The units that some row prices of itself, in the order of their first mention. */
export function unitsThatDiffer(rows: PriceRow[]): string[] {
  const found = new Set<string>();
  for (const row of rows.filter(({ when }) => when.length > 0)) {
    for (const [unit, rate] of row.rates) {
      if (rate.own) {
        found.add(unit);
      }
    }
  }
  return [...found];
}
