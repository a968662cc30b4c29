import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyRef, JournalEvent } from '../event.ts';
import { fold } from '../fold.ts';
import { generatedRunId, generateRun, type GeneratedRun } from './generate-run.ts';
import { SHAPES } from './shapes.ts';
import { seededIds } from './seeded-ids.ts';

function record(plan: GeneratedRun) {
  const events: JournalEvent[] = [];
  const bodies: string[] = [];
  const decoder = new TextDecoder();
  const sink = {
    append: (event: JournalEvent) => void events.push(event),
    keepBody(_: string, body: Uint8Array): BodyRef {
      bodies.push(decoder.decode(body));
      return { bytes: body.length, parts: [bodies.length] };
    },
  };
  const steps = [...generateRun(plan, sink)];
  return { events, bodies, steps };
}

describe('a generated run', () => {
  it('has exactly the spans that were asked for, all of them ended, whatever its shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 600 }),
        fc.constantFrom(...SHAPES),
        fc.constantFrom(0, 0.3, 1),
        fc.nat(),
        (spans, shape, errors, seed) => {
          const { run, spans: folded } = fold(undefined, record({ spans, shape, errors, seed }).events);
          expect(folded.size).toBe(spans);
          expect(run.status).toBe('completed');
          expect([...folded.values()].filter(({ status }) => /running|interrupted/.test(status))).toEqual([]);
          const failed = [...folded.values()].filter(({ status }) => status === 'error').length;
          expect(errors === 0 && failed > 0).toBe(false);
          expect(errors === 1 && failed === 0).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(SHAPES)('is the same for the same seed and another for another: %s', (shape) => {
    const plan = { spans: 500, shape, errors: 0.1, seed: 7 };
    const one = record(plan);
    expect(record(plan)).toEqual(one);
    expect(one.events[0]!.runId).toBe(generatedRunId(plan));
    expect(record({ ...plan, seed: 8 }).bodies).not.toEqual(one.bodies);
  });

  it('has decisions, retries, fallbacks, tools, reports, logs and bodies', () => {
    const { events, bodies, steps } = record({ spans: 2_000, shape: 'agents', errors: 0.2, seed: 1 });
    const types = new Set(events.map(({ type }) => type));
    const wanted = [
      'call-routed',
      'retry-delayed',
      'call-fell-back',
      'mcp-response-sent',
      'span-reported',
      'log-written',
    ];
    expect(wanted.filter((type) => !types.has(type as JournalEvent['type']))).toEqual([]);
    expect(bodies.every((text) => typeof JSON.parse(text) === 'object')).toBe(true);
    expect(steps.at(-1)).toBe(2_000);
  });

  it('has the depth, the width and the queues that its shape is named for', () => {
    const ofShape = (shape: GeneratedRun['shape']) =>
      fold(undefined, record({ spans: 3_000, shape, errors: 0, seed: 3 }).events).spans;
    const deep = ofShape('deep');
    let deepest = 0;
    for (const span of deep.values()) {
      let depth = 0;
      for (let { parentId } = span; parentId !== undefined; parentId = deep.get(parentId)?.parentId)
        depth += 1;
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBeGreaterThan(40);
    const wide = [...ofShape('wide').values()].filter(({ startedAt }) => startedAt < 500_000_000);
    expect(wide.length).toBeGreaterThan(400);
    const waits = [...ofShape('bursty').values()].filter(
      (span) => span.kind === 'call' && span.waits.length > 0,
    );
    expect(waits.length).toBeGreaterThan(500);
  });
});

describe('seeded ids', () => {
  it('are all different', () => {
    const ids = seededIds('x');
    expect(new Set(Array.from({ length: 100_000 }, () => ids.spanId())).size).toBe(100_000);
  });
});
