// What smoke tests found out about each model of each upstream, one line for each endpoint family.
import type { Probe } from '../../../generated/schema';

export type Label = Probe['label'];

export interface Available {
  model: string;
  upstream: string;
  family: string;
  checks: Probe[];
  /** the newest of them */
  probed_at: string;
}

/** Models by name; in a line the checks by name. */
export function availabilityOf(probes: readonly Probe[]): Available[] {
  const found = new Map<string, Available>();
  for (const probe of probes) {
    const { model, upstream, family, probed_at } = probe;
    const id = [model, upstream, family].join('\n');
    const line = found.get(id) ?? { model, upstream, family, checks: [], probed_at };
    line.checks.push(probe);
    line.probed_at = line.probed_at > probed_at ? line.probed_at : probed_at;
    found.set(id, line);
  }
  for (const line of found.values()) {
    line.checks.sort((a, b) => a.check.localeCompare(b.check));
  }
  return [...found.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, line]) => line);
}
