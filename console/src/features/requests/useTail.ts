// Calls as they end, pushed by the server. A cut connection is made again, and what ended
// meanwhile is fetched with the list.
import { useEffect, useState } from 'react';
import { address, send } from '@/api/client';
import { eventsOf } from '@/api/events';
import { problemOf } from '@/api/problem';
import type { Call } from './call';

const KEPT = 300;
const AGAIN_MILLIS = 2000;

export type TailState = 'off' | 'connecting' | 'live' | 'refused';

export function useTail(
  query: Record<string, string | undefined>,
  active: boolean,
  onReconnect: () => void,
): { calls: Call[]; state: TailState } {
  const [calls, setCalls] = useState<Call[]>([]);
  const [state, setState] = useState<TailState>('off');
  const url = address('/admin/v1/requests', { query: { ...query, follow: 'true' } });
  useEffect(() => {
    setCalls([]);
    if (!active) {
      setState('off');
      return;
    }
    const stop = new AbortController();
    void follow(
      url,
      stop.signal,
      (next) => !stop.signal.aborted && setState(next),
      (call) => setCalls((all) => [call, ...all].slice(0, KEPT)),
      onReconnect,
    );
    return () => stop.abort();
    // a new function each time says nothing new
  }, [url, active]);
  return { calls, state };
}

async function follow(
  url: string,
  signal: AbortSignal,
  tell: (state: TailState) => void,
  add: (call: Call) => void,
  again: () => void,
): Promise<void> {
  for (let first = true; !signal.aborted; first = false) {
    tell('connecting');
    try {
      const answer = await send(url, { signal, headers: { accept: 'text/event-stream' } });
      tell('live');
      if (!first) {
        again();
      }
      for await (const event of eventsOf(answer)) {
        if (event.event === 'request') {
          add(JSON.parse(event.data) as Call);
        }
      }
    } catch (error) {
      const { status } = problemOf(error);
      if (status >= 400 && status < 500) {
        tell('refused');
        return;
      }
    }
    await new Promise((done) => setTimeout(done, AGAIN_MILLIS));
  }
}
