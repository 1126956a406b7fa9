// What one or two models were asked in each mode, and asking all of them at once.
import { useCallback, useRef, useState } from 'react';
import { problemOf, type ApiProblem } from '@/api/problem';
import {
  answeredWith,
  bodyOf,
  said,
  type Ask,
  type Message,
  type Parameters,
  type ToolCall,
} from './body';
import type { Answered, Media, Progress } from './call';
import { isConversation, type Mode } from './modes';
import { perform } from './perform';
import type { Minted } from './useKey';

export interface Turn {
  id: number;
  ask: Ask;
  model: string;
  text: string;
  calls: ToolCall[];
  media: Media | null;
  /** of what is made by a job */
  progress: Progress | null;
  state: 'running' | 'done' | 'stopped' | 'failed';
  requestId: string | null;
  route: string | null;
  answered: Answered | null;
  problem: ApiProblem | null;
}

/** One lane for each model. */
export type Lanes = [Turn[], Turn[]];
export type LaneIndex = 0 | 1;

const NONE: Lanes = [[], []];

/** What a model is told of its own conversation so far. */
export function history(turns: Turn[]): Message[] {
  return turns
    .filter((turn) => turn.state !== 'failed')
    .flatMap((turn) => [...said(turn.ask), ...answeredWith(turn.text, turn.calls)]);
}

/** The call that sending `ask` would make; where nothing is asked, the one that was made last. */
export function callAt(turns: Turn[], ask: Ask | null): { ask: Ask; before: Message[] } {
  const last = turns.at(-1);
  return ask === null && last !== undefined
    ? { ask: last.ask, before: history(turns.slice(0, -1)) }
    : { ask: ask ?? { text: '' }, before: history(turns) };
}

/** The functions a model called and was not told the results of. */
export function openCalls(turns: Turn[]): ToolCall[] {
  const last = turns.filter((turn) => turn.state !== 'failed').at(-1);
  return last === undefined || last.state === 'running' ? [] : last.calls;
}

/** The last sound that was made, to have it written down. */
export function lastSound(lanes: Lanes | undefined): File | null {
  const media = (lanes ?? NONE).flat().map((turn) => turn.media);
  const sound = media.findLast((one) => one?.kind === 'sound');
  return sound?.kind === 'sound' ? sound.file : null;
}

export function useLanes(mint: () => Promise<Minted>) {
  const [all, setAll] = useState<Partial<Record<Mode, Lanes>>>({});
  const [running, setRunning] = useState<Partial<Record<Mode, number>>>({});
  const [minted, setMinted] = useState<Minted | null>(null);
  const stoppers = useRef<Partial<Record<Mode, AbortController>>>({});
  const next = useRef(1);
  // a call that outlives its credential goes on with that of the team that pays by then
  const latest = useRef(mint);
  latest.current = mint;

  const change = useCallback(
    (mode: Mode, lane: LaneIndex, altered: (turns: Turn[]) => Turn[]) =>
      setAll((old) => {
        const [first, second] = old[mode] ?? NONE;
        const lanes: Lanes =
          lane === 0 ? [altered(first), second] : [first, altered(second)];
        return { ...old, [mode]: lanes };
      }),
    [],
  );

  const one = async (
    mode: Mode,
    lane: LaneIndex,
    model: string,
    parameters: Parameters,
    ask: Ask,
    stop: AbortSignal,
  ) => {
    const id = next.current++;
    const before = isConversation(mode) ? history((all[mode] ?? NONE)[lane]) : [];
    const tell = (part: Partial<Turn>) =>
      change(mode, lane, (turns) =>
        turns.map((turn) => (turn.id === id ? { ...turn, ...part } : turn)),
      );
    const fresh: Turn = {
      id,
      ask,
      model,
      text: '',
      calls: [],
      media: null,
      progress: null,
      state: 'running',
      requestId: null,
      route: null,
      answered: null,
      problem: null,
    };
    change(mode, lane, (turns) => [...turns, fresh]);
    setRunning((old) => ({ ...old, [mode]: (old[mode] ?? 0) + 1 }));
    try {
      const currentKey = async () => {
        const current = await latest.current();
        setMinted(current);
        return current.key;
      };
      const told = {
        onText: (text: string) => tell({ text }),
        onHeaders: (requestId: string | null, route: string | null) => tell({ requestId, route }),
        onProgress: (progress: Progress) => tell({ progress }),
      };
      const body = bodyOf(mode, model, parameters, ask, before);
      const answered = await perform(mode, currentKey, body, ask, told, stop);
      tell({ state: 'done', answered, calls: answered.calls, media: answered.media });
    } catch (error) {
      if (stop.aborted) {
        tell({ state: 'stopped' });
      } else {
        const problem = problemOf(error);
        const known = problem.requestId === null ? {} : { requestId: problem.requestId };
        tell({ state: 'failed', problem, ...known });
      }
    }
    setRunning((old) => ({ ...old, [mode]: (old[mode] ?? 1) - 1 }));
  };

  const begin = (mode: Mode): AbortSignal => {
    const current = stoppers.current[mode];
    if (current !== undefined && !current.signal.aborted && (running[mode] ?? 0) > 0) {
      return current.signal;
    }
    const stop = new AbortController();
    stoppers.current[mode] = stop;
    return stop.signal;
  };

  return {
    of: (mode: Mode): Lanes => all[mode] ?? NONE,
    isRunning: (mode: Mode) => (running[mode] ?? 0) > 0,
    minted,
    learnKey: setMinted,
    /** A credential that works now. */
    key: async () => (await latest.current()).key,
    /** Asks one or two models the same. */
    send: (mode: Mode, models: string[], parameters: Parameters, ask: Ask) => {
      const signal = begin(mode);
      models.forEach((model, lane) => {
        void one(mode, lane === 0 ? 0 : 1, model, parameters, ask, signal);
      });
    },
    /** Tells one model what its functions came to, or waits again for what it makes. */
    answer: (mode: Mode, lane: LaneIndex, model: string, parameters: Parameters, ask: Ask) =>
      void one(mode, lane, model, parameters, ask, begin(mode)),
    stop: (mode: Mode) => stoppers.current[mode]?.abort(),
    clear: (mode: Mode) => {
      stoppers.current[mode]?.abort();
      for (const { media } of (all[mode] ?? NONE).flat()) {
        if (media?.kind === 'sound' || media?.kind === 'film') {
          URL.revokeObjectURL(media.src);
        }
      }
      setAll((old) => ({ ...old, [mode]: NONE }));
    },
  };
}

export type Talk = ReturnType<typeof useLanes>;
