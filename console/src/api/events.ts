// Server-sent events over fetch: EventSource can neither send a body nor say why it was refused.

export interface ServerEvent {
  event: string;
  id: string | null;
  data: string;
}

/** Cuts a stream of text into events; feed it pieces of any size. */
export class EventReader {
  private rest = '';

  feed(piece: string): ServerEvent[] {
    this.rest += piece;
    const found: ServerEvent[] = [];
    for (;;) {
      const end = /\r?\n\r?\n/.exec(this.rest);
      if (end === null) {
        return found;
      }
      const event = parse(this.rest.slice(0, end.index));
      this.rest = this.rest.slice(end.index + end[0].length);
      if (event !== null) {
        found.push(event);
      }
    }
  }
}

function parse(block: string): ServerEvent | null {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon === 0) {
      continue;
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') {
      event = value;
    } else if (name === 'id') {
      id = value;
    } else if (name === 'data') {
      data.push(value);
    }
  }
  return data.length === 0 ? null : { event, id, data: data.join('\n') };
}

/** The events of an answer, until it ends. */
export async function* eventsOf(answer: Response): AsyncGenerator<ServerEvent> {
  const body = answer.body;
  if (body === null) {
    return;
  }
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    yield* events.feed(value);
  }
}
