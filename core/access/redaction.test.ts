import { describe, expect, it } from 'vitest';
import type { RunId, SpanId } from '../base/ids.ts';
import type { JournalEvent } from '../journal/event.ts';
import { GITLEAKS } from '../node/test-secrets.ts';
import { createRedactor, redactingSink, type RedactionOptions } from './redaction.ts';

const key = 'my-own-secret-value';
const pat = `ghp_${'Ab3dE6gH9'.repeat(4)}`;
const random = 'zaCELgL0imfnc8mVLWwsAawjYr4Rx1Af50DDqtlx';

describe('redaction', () => {
  it('takes a known secret out of text, bytes and every depth of a value', () => {
    const redactor = createRedactor();
    redactor.learn(key);
    expect(redactor.text(`a ${key} b ${key}`)).toBe('a [redacted] b [redacted]');
    expect(new TextDecoder().decode(redactor.bytes(new TextEncoder().encode(`{"k":"${key}"}`)))).toBe(
      '{"k":"[redacted]"}',
    );
    expect(redactor.value({ list: [{ deep: `x${key}` }], number: 1, nothing: null })).toEqual({
      list: [{ deep: 'x[redacted]' }],
      number: 1,
      nothing: null,
    });
  });

  it.each([
    ['sk-abcdefghijklmnopqrstuvwx', 'sk-…[redacted:api-key]'],
    ['sk-proj-abc_def-ghijklmnopqrstuv', 'sk-…[redacted:api-key]'],
    ['sk-ant-api03-abcdefghijklmnopqrst', 'sk-…[redacted:api-key]'],
    ['Bearer abcdefghijklmnopqrstuvwxyz.0123', 'Bearer [redacted:bearer-token]'],
  ])('takes out %s without having seen it before, without any rules', (secret, expected) => {
    expect(createRedactor().text(`key=${secret} end`)).toBe(`key=${expected} end`);
    expect(createRedactor().text(JSON.stringify({ a: `\n${secret}\n` }))).toBe(
      JSON.stringify({ a: `\n${expected}\n` }),
    );
  });

  it("forgets a client's credential when 256 others have come since its last call, and its own secrets never", () => {
    const redactor = createRedactor();
    redactor.learn(key);
    const credential = (number: number) => `client-credential-${number}.`;
    redactor.learnOfClient(credential(0));
    redactor.learnOfClient(credential(1));
    for (let number = 2; number <= 256; number++) {
      redactor.learnOfClient(credential(0));
      redactor.learnOfClient(credential(number));
    }
    expect(redactor.text(`${credential(0)} ${credential(256)} ${key}`)).toBe(
      '[redacted] [redacted] [redacted]',
    );
    expect(redactor.text(credential(1))).toBe(credential(1));
    redactor.learnOfClient('a "quoted" credential');
    expect(redactor.text(JSON.stringify('a "quoted" credential'))).toBe('"[redacted]"');
  });

  it('knows more kinds with rules, and what somebody has allowed of them', () => {
    expect(createRedactor().text(pat)).toBe(pat);
    const rules = GITLEAKS.rules;
    expect(createRedactor({ rules }).text(pat)).toBe('ghp_…[redacted:github-pat]');
    expect(createRedactor({ rules, allow: [/^ghp_Ab3/] }).text(pat)).toBe(pat);
    const project = `sk-proj-${'a1B2_c-d'.repeat(9)}a1T3BlbkFJ${'a1B2_c-d'.repeat(9)}a1`;
    expect(createRedactor({ rules }).text(project)).toBe('sk-proj-…[redacted:openai-api-key]');
  });

  it('leaves ordinary words and short values alone, and what is unchanged as the same object', () => {
    const redactor = createRedactor();
    redactor.learn('short');
    const bytes = new Uint8Array([0xff, 0xfe, 1]);
    const value = { list: [{ deep: 'short' }, 'task-list'] };
    expect(redactor.bytes(bytes)).toBe(bytes);
    expect(redactor.value(value)).toBe(value);
    expect(redactor.text('a short task-list, the bearer of news')).toBe(
      'a short task-list, the bearer of news',
    );
  });

  it('searches what was clean again when another secret is known', () => {
    const redactor = createRedactor();
    expect([redactor.text(key), redactor.text(key)]).toEqual([key, key]);
    redactor.learn(key);
    expect(redactor.text(key)).toBe('[redacted]');
  });

  it('searches what is clean once, and no more of it than can be remembered', () => {
    const redactor = createRedactor();
    const words = Array.from({ length: 3_000 }, (_, index) => `word ${index}`);
    expect(redactor.value(words)).toBe(words);
    redactor.learn(words[0]!.padEnd(12, '!'));
    expect(redactor.value([...words, 'word 0!!!!!!'])).toEqual([...words, '[redacted]']);
  });

  it('finds a known secret as JSON writes it', () => {
    const redactor = createRedactor();
    redactor.learn('quoted "secret"\n');
    expect(redactor.text(JSON.stringify(['quoted "secret"\n']))).toBe('["[redacted]"]');
  });
});

describe('what is recorded', () => {
  function recorded(options: RedactionOptions = { rules: GITLEAKS.rules }) {
    const events: JournalEvent[] = [];
    const keepBody = (_: RunId, body: Uint8Array) => ({
      bytes: body.length,
      parts: [new TextDecoder().decode(body)],
    });
    const sink = redactingSink({ append: (event) => events.push(event), keepBody }, createRedactor(options));
    const envelope = {
      runId: 'r' as RunId,
      seq: 1,
      at: 0,
      wallTime: 0,
      spanId: 's' as SpanId,
      v: 3,
    } as const;
    const append = (...given: readonly Pick<JournalEvent, 'type' | 'data'>[]) => {
      for (const event of given) sink.append({ ...envelope, ...event } as JournalEvent);
      return events.map(({ data }) => data);
    };
    return { sink, append, events };
  }

  it('has no secrets of command lines, also where an option is named before its value', () => {
    const command = ['agent', '--token', random, '--name', 'researcher', `--api-key=${random}`, '-v', 'x'];
    const data = { name: 'n', source: 'launched', command, hostVersion: '1', configHash: '2' } as const;
    expect(recorded().append({ type: 'run-started', data })[0]).toEqual({
      ...data,
      command: [
        'agent',
        '--token',
        '[redacted:generic-api-key]',
        '--name',
        'researcher',
        '--api-key=[redacted:generic-api-key]',
        '-v',
        'x',
      ],
    });
  });

  it('has none of logs, headers, errors and bodies', () => {
    const { sink, append } = recorded();
    const said = append(
      { type: 'log-written', data: { stream: 'stdout', text: `export TOKEN=${random}` } },
      { type: 'log-written', data: { stream: 'stderr', text: '-----BEGIN PRIVATE KEY-----' } },
      { type: 'log-written', data: { stream: 'stderr', text: 'MIIEvQIBADANBg' } },
      { type: 'log-written', data: { stream: 'stderr', text: '-----END PRIVATE KEY-----' } },
      { type: 'attempt-answered', data: { status: 200, headers: { 'x-request-id': pat } } },
      { type: 'attempt-ended', data: { outcome: 'error', error: { code: 'x', message: `bad key ${pat}` } } },
    );
    expect(JSON.stringify(said)).not.toMatch(/ghp_A|zaCE|MIIE/);
    expect(said[4]).toEqual({ status: 200, headers: { 'x-request-id': 'ghp_…[redacted:github-pat]' } });
    expect(sink.keepBody('r' as RunId, new TextEncoder().encode(`{"a":"${pat}"}`)).parts).toEqual([
      '{"a":"ghp_…[redacted:github-pat]"}',
    ]);
  });

  it('has none that an attribute of OpenTelemetry names', () => {
    const { sink, events } = recorded();
    const attributes = [
      { key: 'app.api_key', value: random },
      { key: 'app.user', value: random },
      { key: 'count', value: 3 },
      { key: 'app.settings', value: `{"token":"${random}"}` },
    ];
    const data = { traceId: 't', name: 'n', attributes };
    sink.append({ type: 'span-reported', data } as unknown as JournalEvent);
    expect(events[0]!.data).toEqual({
      ...data,
      attributes: [
        { key: 'app.api_key', value: '[redacted:generic-api-key]' },
        attributes[1],
        attributes[2],
        { key: 'app.settings', value: '{"token":"[redacted:generic-api-key]"}' },
      ],
    });
  });

  it('is the very same event where there is nothing to take out', () => {
    const { sink, events } = recorded();
    const event = {
      runId: 'r' as RunId,
      seq: 1,
      at: 0,
      wallTime: 0,
      spanId: 's' as SpanId,
      v: 3,
      type: 'call-dequeued',
      data: { outcome: 'placed', waitedMs: 1 },
    } as const;
    sink.append(event);
    expect(events[0]).toBe(event);
  });
});
