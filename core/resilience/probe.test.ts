import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { CATEGORIES } from '../journal/task.ts';
import {
  initialProbe,
  noteProbe,
  probeOptionsSchema,
  probesSchema,
  verdictOf,
  type ProbeState,
} from './probe.ts';

const options = probeOptionsSchema('llm').parse({});
const answered = (status: number) => ({ kind: 'answered', status }) as const;

describe('the options of probes', () => {
  it('have a path for each category', () => {
    expect(CATEGORIES.map((category) => probeOptionsSchema(category).parse({}).path)).toEqual([
      '/models',
      '/models',
      '/healthcheck',
      '/',
      '/api/v2/heartbeat',
      '/',
    ]);
    expect(options).toEqual({
      path: '/models',
      intervalMs: 30_000,
      timeoutMs: 5_000,
      upAfter: 2,
      downAfter: 3,
    });
  });

  it('are there only for what is written', () => {
    expect(probesSchema.parse({ tool: { path: '/health' } })).toEqual({
      tool: { ...options, path: '/health' },
    });
    for (const wrong of [
      { llm: { path: 'models' } },
      { llm: { upAfter: 0 } },
      { llms: {} },
      { llm: { timeoutMs: 1 } },
    ]) {
      expect(probesSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('the answer to a probe', () => {
  it.each([200, 204, 301, 307, 400, 402, 405, 406, 415, 422, 429])('%d: it is there', (status) => {
    expect(verdictOf(answered(status), '/models')).toEqual({
      up: true,
      status,
      message: `answered ${status}`,
    });
  });

  it.each([401, 403, 404, 408, 500, 501, 502, 503, 504, 529])('%d: calls would not go well', (status) => {
    expect(verdictOf(answered(status), '/models')).toMatchObject({ up: false, status });
  });

  it('says what is wrong', () => {
    expect(verdictOf(answered(401), '/models').message).toBe('did not accept the key (401)');
    expect(verdictOf(answered(404), '/models').message).toMatch(/^has nothing at \/models \(404\)/);
    expect(verdictOf(answered(404), '/')).toMatchObject({ up: true });
    expect(verdictOf({ kind: 'failed', message: 'no answer' }, '/')).toEqual({
      up: false,
      message: 'no answer',
    });
  });
});

describe('the health that probes find', () => {
  const SIGNS = { unknown: '?', healthy: 'h', unhealthy: 'u' };

  /** `+` for an answer, `-` for none; what the health is after each. */
  function after(probes: string, given = options): string {
    let state: ProbeState = initialProbe(given, 0, () => 0);
    const seen = probes.split('').map((probe) => {
      state = noteProbe(
        state,
        given,
        probe === '+' ? answered(200) : { kind: 'failed', message: '' },
        0,
      ).state;
      return SIGNS[state.health];
    });
    return seen.join('');
  }

  it.each([
    ['+', 'h'],
    ['--+', '??h'],
    ['---', '??u'],
    ['+--+---', 'hhhhhhu'],
    ['---+-++', '??uuuuh'],
  ])('%s makes %s', (probes, expected) => {
    expect(after(probes)).toBe(expected);
  });

  it('changes with a reason, once, and says when the next probe is due', () => {
    let state = initialProbe({ ...options, downAfter: 1 }, 0, () => 0);
    const changes = [200, 503, 503, 200, 200].map((status, index) => {
      const noted = noteProbe(state, { ...options, downAfter: 1 }, answered(status), index);
      state = noted.state;
      expect(state.dueAt).toBe(index + 30_000 * NANOS_PER_MILLI);
      return noted.change;
    });
    expect(changes).toEqual([
      { from: 'unknown', to: 'healthy', status: 200, message: 'answered 200' },
      { from: 'healthy', to: 'unhealthy', status: 503, message: 'answered 503' },
      undefined,
      undefined,
      { from: 'unhealthy', to: 'healthy', status: 200, message: 'answered 200' },
    ]);
    expect(state).toMatchObject({ successes: 2, failures: 0, last: { up: true } });
  });

  it('starts anywhere within the interval', () => {
    const random = seededRandom(3);
    const dues = Array.from({ length: 400 }, () => initialProbe(options, 5, random).dueAt - 5);
    const thirds = dues.map((due) => Math.floor(due / (10_000 * NANOS_PER_MILLI)));
    for (const third of [0, 1, 2]) expect(thirds.filter((one) => one === third).length).toBeGreaterThan(100);
    expect(Math.max(...thirds)).toBe(2);
  });

  it('turns only after as many in a row as it needs', () => {
    const bounds = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), bounds, bounds, (probes, upAfter, downAfter) => {
        const text = probes.map((up) => (up ? '+' : '-')).join('');
        const seen = after(text, { ...options, upAfter, downAfter });
        for (let index = 1; index < seen.length; index++) {
          const turn = seen.slice(index - 1, index + 1);
          const needed = turn === 'hu' || turn === '?u' ? downAfter : turn === 'uh' ? upAfter : 0;
          const mark = turn === 'uh' ? '+' : '-';
          expect(text.slice(0, index + 1).endsWith(mark.repeat(needed))).toBe(true);
        }
        expect(seen.includes('u')).toBe(text.includes('-'.repeat(downAfter)));
      }),
    );
  });
});
