import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../base/virtual-clock.ts';
import { encodeEvent, onOneLine } from './event-stream.ts';
import { FloodGate } from './flood-gate.ts';
import { splitLines } from './line-splitter.ts';
import { restartDelay } from './restart-delay.ts';

describe('lines of a server', () => {
  const linesOf = (bytes: Uint8Array, cuts: readonly number[], limit = 1_000) => {
    const lines: string[] = [];
    const tooLong: number[] = [];
    const splitter = splitLines(
      limit,
      (line) => lines.push(new TextDecoder().decode(line)),
      (length) => tooLong.push(length),
    );
    let from = 0;
    for (const cut of [...cuts.filter((at) => at < bytes.length).toSorted((a, b) => a - b), bytes.length]) {
      splitter.feed(bytes.subarray(from, cut));
      from = cut;
    }
    splitter.end();
    return { lines, tooLong };
  };

  it('are the same however their bytes come', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.nat(200)),
        fc.constantFrom('\n', '\r\n'),
        (lines, cuts, end) => {
          const bytes = new TextEncoder().encode(lines.map((text) => text + end).join(''));
          expect(linesOf(bytes, cuts).lines).toEqual(lines);
        },
      ),
    );
  });

  it('are told without an end, and of too long ones only how long they are', () => {
    const bytes = new TextEncoder().encode(`short\n${'x'.repeat(50)}\nlast`);
    expect(linesOf(bytes, [8, 20], 10)).toEqual({ lines: ['short', 'last'], tooLong: [50] });
  });
});

describe('events', () => {
  it('are read back as they were', () => {
    const data = fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', '{', '☃') });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^[\w.]+$/), data), { maxLength: 5 }), (events) => {
        const read: EventSourceMessage[] = [];
        const parser = createParser({ onEvent: (event) => read.push(event) });
        for (const [id, text] of events) parser.feed(encodeEvent({ id, data: text }));
        expect(read.map((event) => [event.id, event.data])).toEqual(events);
      }),
    );
  });

  it('say when to come back', () => {
    expect(encodeEvent({ id: '1', retry: 1000, data: '' })).toBe('id: 1\nretry: 1000\ndata: \n\n');
  });

  it('become one line that says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = onOneLine(JSON.stringify(value, undefined, 2).replaceAll('\n', '\r\n'));
        expect(line).not.toMatch(/[\r\n]/);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('a flood', () => {
  const limits = { count: 3, bytes: 100, perMs: 1_000 };
  const gate = () => {
    const clock = new VirtualClock();
    const dropped: [number, number][] = [];
    const flood = new FloodGate({ clock, timers: clock }, limits, (...what) => dropped.push(what));
    return { clock, dropped, flood };
  };

  it('is cut, and what is left out is counted', () => {
    const { clock, dropped, flood } = gate();
    const admitted = Array.from({ length: 10 }, () => flood.admit(5)).filter(Boolean);
    expect([admitted.length, dropped]).toEqual([3, []]);
    clock.advance(1_000);
    expect(dropped).toEqual([[7, 35]]);
    expect(flood.admit(5)).toBe(true);
  });

  it('is cut by its bytes, too, but one line always passes', () => {
    const { dropped, flood } = gate();
    expect([flood.admit(1_000), flood.admit(1)]).toEqual([true, false]);
    flood.flush();
    flood.flush();
    expect(dropped).toEqual([[1, 1]]);
  });

  it('loses nothing from the count', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(120), fc.nat(900))), (lines) => {
        const { clock, dropped, flood } = gate();
        let admitted = 0;
        for (const [bytes, wait] of lines) {
          if (flood.admit(bytes)) admitted += 1;
          clock.advance(wait);
        }
        flood.flush();
        expect(admitted + dropped.reduce((sum, [count]) => sum + count, 0)).toBe(lines.length);
      }),
    );
  });
});

it('a server is started again after 1 s, then twice as long up to 30 s, give or take a fifth', () => {
  const delays = (random: number) => [1, 2, 3, 5, 6, 50].map((ends) => restartDelay(ends, () => random));
  expect(delays(0.5)).toEqual([1_000, 2_000, 4_000, 16_000, 30_000, 30_000]);
  expect(delays(0)[0]).toBeCloseTo(800);
  expect(delays(1)[0]).toBeCloseTo(1_200);
});
