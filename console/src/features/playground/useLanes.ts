// The conversations of one or two models, and sending to all of them at once.
import { useCallback, useRef, useState } from 'react';
import { problemOf } from '@/api/problem';
import { bodyOf, chat, type Message, type Settings } from './chat';
import type { LaneState, Turn } from './Lane';
import type { Minted } from './useKey';

/** What a model is told of its own conversation so far. */
export function history(lane: LaneState): Message[] {
  return lane.turns
    .filter((turn) => turn.state !== 'failed')
    .flatMap((turn): Message[] => [
      { role: 'user', content: turn.prompt },
      ...(turn.text === '' ? [] : [{ role: 'assistant' as const, content: turn.text }]),
    ]);
}

export function useLanes(mint: () => Promise<Minted>) {
  const [turns, setTurns] = useState<[Turn[], Turn[]]>([[], []]);
  const [running, setRunning] = useState(0);
  const [minted, setMinted] = useState<Minted | null>(null);
  const stopper = useRef<AbortController | null>(null);
  const next = useRef(1);

  const change = useCallback((lane: number, id: number, part: Partial<Turn>) => {
    setTurns((all) => {
      const copy: [Turn[], Turn[]] = [[...all[0]], [...all[1]]];
      const own = lane === 0 ? copy[0] : copy[1];
      const at = own.findIndex((turn) => turn.id === id);
      const turn = own[at];
      if (turn !== undefined) {
        own[at] = { ...turn, ...part };
      }
      return copy;
    });
  }, []);

  const one = useCallback(
    async (lane: number, turn: Turn, settings: Settings, before: Message[], stop: AbortSignal) => {
      const messages: Message[] = [...before, { role: 'user', content: turn.prompt }];
      try {
        const current = await mint();
        setMinted(current);
        const answered = await chat(
          current.key,
          bodyOf(settings, messages),
          {
            onText: (text) => change(lane, turn.id, { text }),
            onHeaders: (requestId, route) => change(lane, turn.id, { requestId, route }),
          },
          stop,
        );
        change(lane, turn.id, { state: 'done', answered });
      } catch (error) {
        if (stop.aborted) {
          change(lane, turn.id, { state: 'stopped' });
          return;
        }
        const problem = problemOf(error);
        change(lane, turn.id, {
          state: 'failed',
          problem,
          ...(problem.requestId === null ? {} : { requestId: problem.requestId }),
        });
      }
    },
    [change, mint],
  );

  const send = async (prompt: string, lanes: Settings[]) => {
    const stop = new AbortController();
    stopper.current = stop;
    setRunning(lanes.length);
    const fresh = lanes.map(
      (): Turn => ({
        id: next.current++,
        prompt,
        text: '',
        state: 'running',
        requestId: null,
        route: null,
        answered: null,
        problem: null,
      }),
    );
    const [first, second] = fresh;
    setTurns(([a, b]) => [
      first === undefined ? a : [...a, first],
      second === undefined ? b : [...b, second],
    ]);
    await Promise.all(
      lanes.map(async (settings, lane) => {
        const turn = fresh[lane];
        if (turn !== undefined) {
          const own = { model: settings.model, turns: turns[lane === 0 ? 0 : 1] };
          await one(lane, turn, settings, history(own), stop.signal);
        }
        setRunning((count) => count - 1);
      }),
    );
  };

  return {
    turns,
    running: running > 0,
    minted,
    send,
    learnKey: setMinted,
    stop: () => stopper.current?.abort(),
    clear: () => {
      stopper.current?.abort();
      setTurns([[], []]);
    },
  };
}
