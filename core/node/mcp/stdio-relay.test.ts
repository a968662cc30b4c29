import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { startTestHost } from '../test-host.ts';
import { follow, read, TestClient } from './test-client.ts';
import { isAlive } from './test-process.ts';
import { logTexts, mcpSpans } from './test-run.ts';

const program = JSON.stringify([process.execPath, fileURLToPath(new URL('test-server.ts', import.meta.url))]);
const SETTINGS = `
[mcp.test]
command = ${program}
env = { PLAIN = "yes", SECRET_NAME = "x" }
pass_env = ["MCP_TEST_SECRET"]
[mcp.other]
command = ${program}
[mcp.broken]
command = ${program.replace(']', ', "crash-at-start"]')}
[mcp.absent]
command = ["/nowhere/to/be/found"]
[mcp.old]
command = ${program}
era = "2025-11-25"
[mcp.new]
command = ${program}
era = "2026-07-28"
`;

let host: Awaited<ReturnType<typeof startTestHost>>;
let run: RunId;

beforeAll(async () => {
  process.env['MCP_TEST_SECRET'] = 'a-secret-of-the-host';
  process.env['MCP_TEST_UNRELATED'] = 'not for servers';
  host = await startTestHost(SETTINGS);
});
afterAll(() => host.remove());
beforeEach(async () => {
  run = (await host.services.startRun({ name: 'agent' })).run.id;
});

const client = (server = 'test') => new TestClient(`${host.dataPlane}/r/${run}/mcp/${server}`);

async function opened(server?: string): Promise<TestClient> {
  const opened = client(server);
  await opened.initialize();
  return opened;
}

const spans = () => mcpSpans(host, run);
const logs = () => logTexts(host, run);

describe('a session with a program', () => {
  it('passes messages as they are, and records each request', async () => {
    const files = client();
    const answer = await files.initialize();
    expect(answer).toMatchObject({
      status: 200,
      text: '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"logging":{}},"serverInfo":{"name":"test","version":"1"}}}',
    });
    expect(answer.headers.get('x-signalbox-run')).toBe(run);
    expect(await files.call('echo', { text: 'Ünïcode ☃\u2028\n' })).toBe('Ünïcode ☃\u2028\n');
    expect(await files.call('fails')).toBe('it did not work');
    expect(await files.call('nothing like it')).toBe('no tool nothing like it');
    expect((await spans()).map(({ name, status }) => [name, status])).toEqual([
      ['initialize', 'ok'],
      ['tools/call echo', 'ok'],
      ['tools/call fails', 'error'],
      ['tools/call nothing like it', 'error'],
    ]);
    expect(await logs()).toContain('test → notifications/message: info test: ready');
  });

  it('takes a body of several lines', async () => {
    const files = await opened();
    const body = JSON.stringify(
      { jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'pid' } },
      undefined,
      2,
    );
    const answer = await read(await fetch(files.url, { method: 'POST', headers: files.headers, body }));
    expect(answer.messages.at(-1)).toMatchObject({ id: 9, result: {} });
  });

  it('streams what comes before an answer, each event with an id', async () => {
    const files = await opened();
    const { messages, eventIds, headers } = await files.ask('tools/call', {
      name: 'steps',
      _meta: { progressToken: 'p' },
    });
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(messages.map(({ method, result }) => method ?? result).slice(-4)).toEqual([
      ...Array.from({ length: 3 }, () => 'notifications/progress'),
      { content: [{ type: 'text', text: 'done' }] },
    ]);
    expect(new Set(eventIds).size).toBe(eventIds.length);
    expect((await spans()).at(-1)!.progress).toMatchObject({ reports: 3, progress: 3 });
  });

  it('answers with one JSON document whom the protocol gives no empty event', async () => {
    const files = client();
    files.headers['accept'] = 'application/json';
    await files.initialize('2025-03-26');
    const { headers, messages } = await files.ask('tools/call', { name: 'echo', arguments: { text: 'a' } });
    expect([headers.get('content-type'), messages.length]).toEqual(['application/json', 1]);
  });

  it('lets the server ask, and brings it the answer', async () => {
    const files = await opened();
    const body = JSON.stringify({ jsonrpc: '2.0', id: 50, method: 'tools/call', params: { name: 'ask' } });
    const stream = follow(await files.send('POST', {}, { body }));
    await stream.until('elicitation/create');
    const answer = await files.post({ id: 'ask-1', result: { action: 'accept', content: { name: 'Ada' } } });
    expect(answer.status).toBe(202);
    expect(await stream.until('"id":50')).toContain('Ada');
    const [call, elicitation] = (await spans()).slice(1);
    expect(elicitation).toMatchObject({
      from: 'server',
      status: 'ok',
      parentId: call!.id,
      requestId: 'ask-1',
    });
  });

  it('sends what belongs to no request to whoever listens', async () => {
    const files = await opened();
    const response = await files.send('GET', { accept: 'text/event-stream' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const stream = follow(response);
    // It was said before anybody listened.
    await stream.until('ready');
    await stream.leave();
  });

  it('goes on where a client lost its connection', async () => {
    const files = await opened();
    const gone = new AbortController();
    const response = await files.send(
      'POST',
      {},
      {
        body: JSON.stringify({ jsonrpc: '2.0', id: 70, method: 'tools/call', params: { name: 'ask' } }),
        signal: gone.signal,
      },
    );
    const stream = follow(response);
    const text = await stream.until('elicitation/create');
    gone.abort();
    const [, lastEventId] = /id: (\S+)\nretry/.exec(text)!;
    await files.post({ id: 'ask-1', result: { action: 'decline' } });
    const rest = await read(await files.send('GET', { 'last-event-id': lastEventId! }));
    const told = rest.messages.map(({ method, id }) => method ?? id);
    expect(told.slice(-2)).toEqual(['elicitation/create', 70]);
    expect((await spans()).find(({ requestId }) => requestId === 70)).toMatchObject({ status: 'ok' });
    const unknown = await read(await files.send('GET', { 'last-event-id': '999.1' }));
    expect(unknown.status).toBe(400);
  });

  it('goes to who listens where the only request was cancelled', async () => {
    const files = await opened();
    const body = JSON.stringify({ jsonrpc: '2.0', id: 80, method: 'tools/call', params: { name: 'hang' } });
    const cancelled = follow(await files.send('POST', {}, { body }));
    await files.post({ method: 'notifications/cancelled', params: { requestId: 80, reason: 'enough' } });
    const listening = follow(await files.send('GET', { accept: 'text/event-stream' }));
    await files.post({ method: 'notifications/roots/list_changed' });
    await listening.until('roots/list');
    await Promise.all([cancelled.leave(), listening.leave()]);
    expect(
      (await spans()).map(({ method, status, parentId }) => [method, status, parentId !== undefined]),
    ).toEqual([
      ['initialize', 'ok', true],
      ['tools/call', 'cancelled', true],
      ['roots/list', 'running', true],
    ]);
    expect((await spans()).at(-1)!.parentId).not.toBe((await spans())[1]!.id);
  });

  it('keeps ids of every kind, also those that JavaScript would round, and their order', async () => {
    const files = await opened();
    const ids = ['"a"', '7', '"7"', '-1', '1.5', '9007199254740993', '9007199254740992', '""'];
    const calls = ids.map(
      (id) =>
        `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"exact","arguments":{"text":${JSON.stringify(id)}}}}`,
    );
    const answers = await Promise.all(calls.map((body) => files.send('POST', {}, { body })));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    for (const [index, id] of ids.entries()) {
      expect(texts[index]).toContain(`"id":${id},`);
      expect(texts[index]).toContain(JSON.stringify({ type: 'text', text: id }));
    }
    // A program that rounds them answers all the same, as it would without us.
    const rounded = `{"jsonrpc":"2.0","id":12345678901234567890,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}`;
    const answer = await read(await files.send('POST', {}, { body: rounded }));
    expect(answer.messages.at(-1)?.result?.content?.[0]?.text).toBe('x');
    const recordedIds = (await spans()).map(({ requestId }) => requestId);
    expect(new Set(recordedIds.slice(-9))).toEqual(
      new Set(['a', 7, '7', -1, 1.5, '9007199254740993', '9007199254740992', '', '12345678901234567890']),
    );
  });

  it('takes a batch of the older protocols, in its order', async () => {
    const files = await opened();
    const call = (id: number | string, text: string) =>
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'echo', arguments: { text } },
      });
    const note = '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}';
    const body = `[${call('b', 'first')},\n ${note}, ${call(9, 'second')}]`;
    const answer = await read(await files.send('POST', {}, { body }));
    const answered = answer.messages.filter(({ result }) => result !== undefined);
    expect(answered.map(({ id, result }) => [id, result?.content?.[0]?.text])).toEqual([
      ['b', 'first'],
      [9, 'second'],
    ]);
    expect(answer.messages.some(({ method }) => method === 'roots/list')).toBe(true);
  });

  it('lets the server take back what it asked', async () => {
    const files = await opened();
    const { messages } = await files.ask('tools/call', { name: 'withdraw', arguments: {} });
    expect(messages.slice(-3).map(({ id, method }) => method ?? id)).toEqual([
      'elicitation/create',
      'notifications/cancelled',
      expect.any(Number),
    ]);
    expect((await spans()).find(({ from }) => from === 'server')).toMatchObject({
      status: 'cancelled',
      cancelled: { by: 'server', reason: 'never mind' },
    });
  });

  it('is recorded without the secrets in it, which the program gets', async () => {
    const files = await opened();
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    expect(await files.call('echo', { text: `use ${secret}` })).toBe(`use ${secret}`);
    await files.post({
      method: 'notifications/message',
      params: { level: 'info', data: { deep: [`token=${secret}`] } },
    });
    const events: JournalEvent[] = [];
    for await (const page of host.services.followRun(run, 1, AbortSignal.timeout(100))) events.push(...page);
    expect(JSON.stringify(events)).not.toContain(secret);
    const detail = await host.services.findSpan(run, (await spans()).at(-1)!.id);
    for (const { text } of [detail!.request!, detail!.response!]) {
      expect(text).toContain('redacted');
      expect(text).not.toContain(secret);
    }
  });

  it('is ended by its client, with its process', async () => {
    const files = await opened();
    const pid = Number(await files.call('pid'));
    expect(isAlive(pid)).toBe(true);
    expect((await files.send('DELETE')).status).toBe(200);
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await files.ask('ping')).toMatchObject({
      status: 404,
      messages: [{ id: 3, error: { code: -32_001 } }],
    });
  });

  it('ends with its run', async () => {
    const files = await opened();
    const pid = Number(await files.call('pid'));
    await host.services.endRun(run, { exitCode: 0 });
    await expect.poll(() => isAlive(pid), { timeout: 9_000 }).toBe(false);
  });

  it('has an environment of its own: not all of the host’s', async () => {
    const files = await opened();
    const environment = JSON.parse(await files.call('environment')) as Record<string, string>;
    expect(environment).toMatchObject({
      PLAIN: 'yes',
      MCP_TEST_SECRET: 'a-secret-of-the-host',
      PATH: process.env['PATH'],
    });
    expect(environment['MCP_TEST_UNRELATED']).toBeUndefined();
    const detail = await host.services.findSpan(run, (await spans()).at(-1)!.id);
    expect(detail?.response?.text).not.toContain('a-secret-of-the-host');
    expect(detail?.response?.text).toContain('[redacted]');
  });
});

describe('a program that misbehaves', () => {
  it('is started again when it crashes; its callers are told, those of others notice nothing', async () => {
    const [files, others] = [await opened(), await opened('other')];
    const [before, other] = [await files.call('pid'), await others.call('pid')];
    const hanging = files.call('hang');
    expect(await files.call('crash')).toMatch(
      /^The MCP server "test" ended before it answered \(exit code 7\); it is started again in [01]\.\d s\.$/,
    );
    expect(await hanging).toMatch(/exit code 7/);
    const [info] = host.services.info().mcp;
    expect(info).toMatchObject({ name: 'test', transport: 'stdio', era: 'auto' });
    expect(info!.processes).toContainEqual({
      session: expect.any(String) as unknown,
      noise: { stderr: expect.any(Number) as unknown, stdout: 0, dropped: 0 },
      waiting: { reason: 'exit code 7', ends: 1, restartInMs: expect.any(Number) },
    });
    // The session goes on with a new process, which was told what the agent said when it began.
    const after = await files.call('pid');
    expect(after).not.toBe(before);
    expect(await others.call('pid')).toBe(other);
    expect(await logs()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^test ended by itself: exit code 7; again in [01]\.\d s$/),
      ]),
    );
    expect(
      (await spans()).filter(({ status }) => status === 'error').map(({ error }) => error?.code),
    ).toEqual(['server_ended', 'server_ended']);
  });

  it.each([
    ['broken', /exit code 3/],
    ['absent', /could not be started.*ENOENT/],
  ])('has no session where it cannot begin (%s)', async (server, words) => {
    const answer = await client(server).post({ id: 1, method: 'initialize', params: {} });
    expect(answer.messages[0]).toMatchObject({ id: 1, error: { code: -32_603 } });
    expect(answer.messages[0]!.error!.message).toMatch(words);
    expect(answer.messages[0]!.error!.message).not.toContain('again');
    const session = { 'mcp-session-id': answer.headers.get('mcp-session-id')! };
    expect((await client(server).ask('ping', {}, session)).status).toBe(404);
  });

  it('may print what is no message, and is shown to', async () => {
    const files = await opened();
    expect(await files.call('noise')).toBe('said something');
    expect(await logs()).toEqual(
      expect.arrayContaining([
        'test stdout: Listening on port 3000',
        'test stdout: {"almost": json}',
        'test stderr: a warning',
      ]),
    );
  });

  it('may answer twice, or what nobody asked: that is shown, and reaches nobody', async () => {
    const files = await opened();
    expect(await files.call('twice')).toBe('once');
    expect(await files.call('echo', { text: 'next' })).toBe('next');
    expect(await logs()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^test stdout: .*"again"/),
        expect.stringMatching(/^test stdout: .*"never-asked"/),
      ]),
    );
  });

  it('may answer at length', async () => {
    const files = await opened();
    expect((await files.call('large', { bytes: 5_000_000 })).length).toBe(5_000_000);
  });
});

describe('calls without a session', () => {
  it('share a process in a run', async () => {
    const files = client();
    const pid = async (of: TestClient, id: number) =>
      (await of.askModern(id, 'tools/call', { name: 'pid' })).messages[0]!.result!.content![0]!.text;
    const first = await pid(files, 1);
    expect([await pid(files, 2), await pid(client(), 3)]).toEqual([first, first]);
    run = (await host.services.startRun({ name: 'another' })).run.id;
    expect(await pid(client(), 1)).not.toBe(first);
  });

  it('get another process while their id is under way', async () => {
    const files = client();
    const gone = new AbortController();
    const hanging = files.askModern(1, 'tools/call', { name: 'hang' }, { signal: gone.signal });
    const [own, other] = await Promise.all([
      files.askModern(2, 'tools/call', { name: 'pid' }),
      files.askModern(1, 'tools/call', { name: 'pid' }),
    ]);
    expect(own.messages[0]!.id).toBe(2);
    expect(other.messages[0]!.id).toBe(1);
    expect(own.text.slice(-12)).not.toBe(other.text.slice(-12));
    gone.abort();
    await expect(hanging).rejects.toThrow();
    // Who leaves cancels, and the program is told so.
    await expect.poll(async () => (await spans()).map(({ status }) => status)).toContain('cancelled');
    await expect.poll(logs).toContainEqual(expect.stringMatching(/stderr: cancelled \{"requestId":1/));
  });

  it('get another process while their progress token is another’s', async () => {
    const gone = new AbortController();
    const meta = { _meta: { progressToken: 'same' } };
    const hanging = client().askModern(1, 'tools/call', { name: 'hang', ...meta }, { signal: gone.signal });
    await expect.poll(async () => (await spans()).length).toBe(1);
    const { messages } = await client().askModern(2, 'tools/call', { name: 'steps', ...meta });
    expect(messages.map(({ method }) => method ?? 'answer')).toEqual([
      ...Array.from({ length: 3 }, () => 'notifications/progress'),
      'answer',
    ]);
    expect((await spans()).map(({ progress }) => progress?.reports)).toEqual([undefined, 3]);
    gone.abort();
    await expect(hanging).rejects.toThrow();
  });

  it('do not get the late answer of one that left, which had their id', async () => {
    const files = client();
    const gone = new AbortController();
    const init = { signal: gone.signal };
    const slow = files.askModern(1, 'tools/call', { name: 'slow', arguments: { ms: 400 } }, init);
    await expect.poll(async () => (await spans()).length).toBe(1);
    gone.abort();
    await expect(slow).rejects.toThrow();
    await expect.poll(async () => (await spans())[0]!.status).toBe('cancelled');
    const next = await files.askModern(1, 'tools/call', { name: 'slow', arguments: { ms: 800 } });
    const [info] = host.services.info().mcp;
    expect(next.messages).toMatchObject([{ id: 1, result: { content: [{ text: 'late' }] } }]);
    expect(info!.processes.length).toBeGreaterThanOrEqual(2);
    // The late one belongs to the request that was cancelled.
    await expect
      .poll(async () =>
        (await spans()).map(({ status, responseBody }) => [status, responseBody !== undefined]),
      )
      .toEqual([
        ['cancelled', true],
        ['ok', true],
      ]);
  });

  it('find room where all that is under way was cancelled', async () => {
    const files = client();
    for (let count = 0; count < 10; count++) {
      const gone = new AbortController();
      const init = { signal: gone.signal };
      const hanging = files.askModern(1, 'tools/call', { name: 'hang' }, init);
      await expect.poll(async () => (await spans()).length).toBe(count + 1);
      gone.abort();
      await expect(hanging).rejects.toThrow();
      await expect.poll(async () => (await spans()).at(-1)!.status).toBe('cancelled');
    }
    expect((await files.askModern(1, 'tools/call', { name: 'pid' })).status).toBe(200);
  }, 30_000);

  it('have the status of their errors', async () => {
    const files = client();
    expect(await files.askModern(1, 'resources/subscribe')).toMatchObject({
      status: 404,
      messages: [{ id: 1, error: { code: -32_601 } }],
    });
    expect((await files.askModern(2, 'tools/call', { name: 'nothing' })).status).toBe(200);
  });

  it.each([
    ['another method', { 'mcp-method': 'tools/list' }, -32_020],
    ['another version', { 'mcp-protocol-version': '2027-01-01' }, -32_020],
    ['another name', { 'mcp-name': 'large' }, -32_020],
    ['the name encoded wrongly', { 'mcp-name': '=?base64?bGFyZ2U=?=' }, -32_020],
  ])('are refused where the headers say %s', async (_, headers, code) => {
    const answer = await client().askModern(1, 'tools/call', { name: 'pid' }, { headers });
    expect(answer).toMatchObject({ status: 400, messages: [{ id: 1, error: { code } }] });
    expect(await spans()).toEqual([]);
  });

  it('may have a name that is not safe in a header', async () => {
    const headers = { 'mcp-name': `=?base64?${Buffer.from('Ünïcode').toString('base64')}?=` };
    const answer = await client().askModern(1, 'tools/call', { name: 'Ünïcode' }, { headers });
    expect(answer).toMatchObject({ status: 200, messages: [{ error: { message: 'no tool Ünïcode' } }] });
  });

  it('are refused in a version that is not there', async () => {
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' };
    const answer = await client().askModern(
      1,
      'server/discover',
      { _meta },
      {
        headers: { 'mcp-protocol-version': '2030-01-01' },
      },
    );
    const data = { supported: ['2026-07-28'], requested: '2030-01-01' };
    expect(answer).toMatchObject({ status: 400, messages: [{ error: { code: -32_022, data } }] });
  });

  it('are told what a request must say of itself', async () => {
    const answer = await client().ask('tools/list', {}, { 'mcp-protocol-version': '2026-07-28' });
    expect(answer).toMatchObject({ status: 400, messages: [{ error: { code: -32_602 } }] });
  });
});

describe('the era of a server', () => {
  it('with sessions refuses calls without as such servers do, so that clients fall back', async () => {
    expect(await client('old').askModern(1, 'server/discover')).toMatchObject({
      status: 400,
      messages: [{ error: { code: -32_000 } }],
    });
    expect((await client('old').initialize()).status).toBe(200);
  });

  it('without sessions refuses those, and says what it has', async () => {
    expect(await client('new').post({ id: 1, method: 'initialize', params: {} })).toMatchObject({
      status: 400,
      messages: [{ id: 1, error: { code: -32_022, data: { supported: ['2026-07-28'] } } }],
    });
    expect((await client('new').askModern(1, 'tools/call', { name: 'pid' })).status).toBe(200);
    expect((await client('new').send('GET')).status).toBe(405);
  });
});

describe('what is turned away, in MCP’s own shape', () => {
  const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const json = { 'content-type': 'application/json' };
  const post = (body: string) => ({ method: 'POST', headers: json, body });
  const cases: readonly (readonly [string, number, RegExp, () => readonly [string, RequestInit]])[] = [
    ['an unknown server', 404, /configured are: "test", "other"/, () => [client('tset').url, post('{}')]],
    ['a method that means nothing', 405, /PUT/, () => [client().url, { method: 'PUT', headers: json }]],
    ['another type', 415, /application\/json/, () => [client().url, { method: 'POST', body: 'x' }]],
    ['no JSON', 400, /not a JSON-RPC/, () => [client().url, post('{"jsonrpc":')]],
    [
      'the id null',
      400,
      /not a JSON-RPC/,
      () => [client().url, post(JSON.stringify({ ...message, id: null }))],
    ],
    ['an empty batch', 400, /not a JSON-RPC/, () => [client().url, post('[]')]],
    ['no session', 400, /Mcp-Session-Id/, () => [client().url, post(JSON.stringify(message))]],
    ['a GET without a session', 400, /Mcp-Session-Id/, () => [client().url, {}]],
    ['a foreign page', 403, /origin/, () => [client().url, { headers: { origin: 'https://evil.test' } }]],
    [
      'somebody without a token or a run',
      401,
      /signalbox run/,
      () => [`${host.dataPlane}/mcp/test`, post(JSON.stringify(message))],
    ],
    [
      'a run that has ended',
      404,
      /not open/,
      () => [`${host.dataPlane}/r/${'0'.repeat(32)}/mcp/test`, post(JSON.stringify(message))],
    ],
  ];
  it.each(cases)('%s', async (_, status, words, request) => {
    const response = await fetch(...request());
    const body = (await response.json()) as { jsonrpc: string; error: { message: string } };
    expect(response.status).toBe(status);
    expect(body.jsonrpc).toBe('2.0');
    expect(body.error.message).toMatch(words);
  });

  it('but not who has the token', async () => {
    const { clientToken } = host.services.info();
    const files = new TestClient(`${host.dataPlane}/mcp/test`, { authorization: `Bearer ${clientToken}` });
    expect((await files.initialize()).status).toBe(200);
    await files.send('DELETE');
  });
});

it('leaves no process behind when it ends', async () => {
  const own = await startTestHost(SETTINGS);
  const { run: started } = await own.services.startRun({ name: 'agent' });
  const base = `${own.dataPlane}/r/${started.id}/mcp/test`;
  const [session, modern] = [new TestClient(base), new TestClient(base)];
  await session.initialize();
  const shared = await modern.askModern(1, 'tools/call', { name: 'pid' });
  const pids = [await session.call('pid'), shared.messages[0]!.result!.content![0]!.text!].map(Number);
  const hanging = session.call('hang').catch((error: Error) => error.message);
  await own.remove();
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(await hanging).toBeDefined();
});
