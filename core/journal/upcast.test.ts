import { describe, expect, it } from 'vitest';
import { EVENT_VERSION } from './event.ts';
import { upcast } from './upcast.ts';

describe('an event of an older version', () => {
  it('names the scope of a breaker, which was always an instance in version 1', () => {
    const data = { instance: 'small-1', from: 'closed', to: 'open', openForMs: 15_000 };
    expect(upcast({ v: 1, type: 'breaker-changed', data })).toEqual({
      v: EVENT_VERSION,
      type: 'breaker-changed',
      data: { scope: 'instance', name: 'small-1', from: 'closed', to: 'open', openForMs: 15_000 },
    });
  });

  it('is otherwise as it was', () => {
    const data = { stream: 'stdout', text: 'hello' };
    expect(upcast({ v: 1, type: 'log-written', data })).toEqual({
      v: EVENT_VERSION,
      type: 'log-written',
      data,
    });
  });

  it('is refused where a newer Signalbox wrote it', () => {
    const newer = { v: EVENT_VERSION + 1, type: 'log-written', data: {} };
    expect(() => upcast(newer)).toThrow(
      `version ${EVENT_VERSION + 1}; this Signalbox reads up to ${EVENT_VERSION}`,
    );
  });
});
