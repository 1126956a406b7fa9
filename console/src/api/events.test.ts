import { expect, it } from 'vitest';
import { EventReader } from './events';

const STREAM =
  ': following\n\nevent: request\nid: req_1\ndata: {"a":1}\n\n' +
  'data: one\ndata: two\r\n\r\n: nothing new\n\ndata: ünï\n\ndata: unfinished';

it('reads the same events wherever the stream is cut', () => {
  const expected = [
    { event: 'request', id: 'req_1', data: '{"a":1}' },
    { event: 'message', id: null, data: 'one\ntwo' },
    { event: 'message', id: null, data: 'ünï' },
  ];
  for (let cut = 0; cut <= STREAM.length; cut++) {
    const reader = new EventReader();
    const events = [...reader.feed(STREAM.slice(0, cut)), ...reader.feed(STREAM.slice(cut))];
    expect(events).toEqual(expected);
  }
});
