import Database from 'better-sqlite3';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSummary } from '../core/api/contract.ts';
import { runCli, type CliResult } from './support/cli.ts';
import { startHost } from './support/host.ts';
import { freePort } from './support/ports.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-cli-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** In a data folder of the test's own, on ports that nobody else has. */
function signalbox(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { env: { SIGNALBOX_DATA: dataDir, SIGNALBOX_PORT: '0' } });
}

function run(...command: readonly string[]): Promise<CliResult> {
  return signalbox('run', '--data', dataDir, '--name', 'a test', '--', ...command);
}

async function runs(): Promise<readonly RunSummary[]> {
  const { stdout } = await signalbox('runs', 'list', '--json', '--data', dataDir);
  return JSON.parse(stdout) as readonly RunSummary[];
}

const agent = (script: string) => [process.execPath, '-e', script] as const;

describe('signalbox run', () => {
  it("ends with the agent's own exit code, and the run says so", async () => {
    const { code, stdout } = await run(...agent('console.log("hello from the agent"); process.exit(7)'));
    expect(code).toBe(7);
    expect(stdout).toContain('hello from the agent');
    expect(await runs()).toMatchObject([{ name: 'a test', status: 'failed', exitCode: 7 }]);
  });

  it('prints where the run is to be seen and what it came to', async () => {
    const { code, stdout, stderr } = await run(...agent('0'));
    const [recorded] = await runs();
    expect(code).toBe(0);
    expect(recorded).toMatchObject({ status: 'completed', exitCode: 0 });
    const said = stdout + stderr;
    expect(said).toContain(recorded!.id);
    for (const word of ['calls', 'tokens', 'errors']) expect(said).toContain(word);
  });

  it("points the agent at the run's own prefix", async () => {
    const names = ['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
    const { stdout } = await run(
      ...agent(`for (const n of ${JSON.stringify(names)}) console.log(n + '=' + process.env[n])`),
    );
    const [recorded] = await runs();
    for (const name of names) {
      expect(stdout).toMatch(new RegExp(`${name}=http://127\\.0\\.0\\.1:\\d+/r/${recorded!.id}`));
    }
  });

  it('says so when the command is not there, with 127, and records it', async () => {
    const { code, stderr } = await run('no-such-command-anywhere');
    expect(code).toBe(127);
    expect(stderr).toContain('no-such-command-anywhere');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await runs()).toMatchObject([{ status: 'failed' }]);
  });
});

describe('signalbox start says what is wrong and what to do', () => {
  const expectRefusal = async (result: Promise<CliResult>, words: RegExp) => {
    const { code, stdout, stderr } = await result;
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  };

  it('when its port is taken, naming the port', async () => {
    const port = await freePort();
    const host = await startHost({ port });
    try {
      await expectRefusal(
        signalbox('start', '--headless', '--port', String(port), '--data', dataDir),
        new RegExp(`${port}[\\s\\S]*(lsof|ss |netstat|--port)`),
      );
    } finally {
      await host.stop();
    }
  });

  it('when another host has the data folder', async () => {
    const host = await startHost({ dataDir });
    try {
      await expectRefusal(
        signalbox('start', '--headless', '--port', '0', '--data', dataDir),
        /already|in use|another/i,
      );
    } finally {
      await host.stop();
    }
  });

  it('when the data folder cannot be written', async () => {
    const file = join(dataDir, 'a-file');
    writeFileSync(file, '');
    await expectRefusal(
      signalbox('start', '--headless', '--port', '0', '--data', join(file, 'below')),
      /a-file/,
    );
  });

  it('when a newer Signalbox wrote the database, which stays as it was', async () => {
    const host = await startHost({ dataDir });
    await host.stop();
    const [file] = globSync('**/*.{db,sqlite,sqlite3}', { cwd: dataDir });
    const database = new Database(join(dataDir, file!));
    database.pragma('user_version = 9999');
    database.close();
    await expectRefusal(signalbox('start', '--headless', '--port', '0', '--data', dataDir), /newer/i);
    const again = new Database(join(dataDir, file!), { readonly: true });
    expect(again.pragma('user_version', { simple: true })).toBe(9999);
    again.close();
  });

  it('when the configuration has a mistake, with its place', async () => {
    const config = join(dataDir, 'signalbox.toml');
    writeFileSync(config, '[data_plane]\nport = 0\n\n[pools.fast]\ninstanzes = []\n');
    await expectRefusal(
      signalbox('start', '--headless', '--data', dataDir, '--config', config),
      /signalbox\.toml:(?:4|5):.*pools\.fast/,
    );
  });

  it('when an option does not exist', async () => {
    await expectRefusal(signalbox('start', '--no-such-option'), /no-such-option/);
  });
});

describe('--json prints one JSON document and nothing else', () => {
  const commands = [
    ['runs list', ['runs', 'list']],
    ['doctor', ['doctor']],
    ['validate', ['validate']],
  ] as const;
  it.each(commands)('%s', async (_, args) => {
    await run(...agent('0'));
    const { code, stdout } = await signalbox(...args, '--json', '--data', dataDir);
    expect(code).toBe(0);
    expect(() => void JSON.parse(stdout)).not.toThrow();
  });

  it('runs list: an array, newest first; runs show: the run; runs delete: gone', async () => {
    await signalbox('run', '--data', dataDir, '--name', 'older', '--', ...agent('0'));
    await signalbox('run', '--data', dataDir, '--name', 'newer', '--', ...agent('0'));
    const [newer, older] = await runs();
    expect([newer?.name, older?.name]).toEqual(['newer', 'older']);
    const shown = await signalbox('runs', 'show', newer!.id, '--json', '--data', dataDir);
    expect(shown.stdout).toContain(newer!.id);
    expect(() => void JSON.parse(shown.stdout)).not.toThrow();
    expect((await signalbox('runs', 'delete', newer!.id, '--data', dataDir)).code).toBe(0);
    expect((await runs()).map(({ name }) => name)).toEqual(['older']);
  });

  it('a failure is on stderr, and stdout stays empty', async () => {
    const { code, stdout, stderr } = await signalbox(
      'runs',
      'show',
      'f'.repeat(32),
      '--json',
      '--data',
      dataDir,
    );
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('f'.repeat(32));
  });
});

describe('what was recorded', () => {
  const ask = (...args: readonly string[]) => signalbox(...args, '--data', dataDir);

  it('is found by an expression, by its words, and counted', async () => {
    await run(...agent('console.log("the needle"); console.log("hay"); process.exit(3)'));
    const found = await ask('query', 'logs', "text.contains('needle')", '--json');
    expect(JSON.parse(found.stdout)).toMatchObject({ rows: [{ stream: 'stdout', text: 'the needle' }] });
    const { stdout } = await ask('query', 'runs', "status == 'failed' && exitCode == 3");
    expect(stdout).toMatch(/^RUN +STATUS +NAME .*\n[0-9a-f]{8} +failed +a test /);
    await expect
      .poll(
        async () => JSON.parse((await ask('search', 'needle', '--in', 'log', '--json')).stdout) as unknown,
        {
          timeout: 20_000,
        },
      )
      .toMatchObject({ hits: [{ snippet: { text: 'the needle', marks: [[4, 10]] } }] });
    const counted = await ask('stats', '--by', 'kind');
    expect(counted.stdout).toMatch(/^KIND +COUNT .*\nagent +1 +0 +100\.0 %/);
  });

  it('is not asked for with a wrong expression: what was meant, and the place', async () => {
    const { code, stdout, stderr } = await ask('query', 'spans', "kynd == 'call'");
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("did you mean kind?\n  kynd == 'call'\n  ^^^^\n");
  });
});

describe('the instances of a running host', () => {
  const config = [
    '[providers.local]\nendpoint = "http://127.0.0.1:9/v1"',
    '[instances.llama]\nprovider = "local"\nmodel = "llama3"\ncontext_window = 8_000\nmax_concurrent = 2',
    '[pools.local]\ninstances = ["llama"]\n',
  ].join('\n');
  const command = (...args: readonly string[]) => signalbox(...args, '--data', dataDir);
  const asJson = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await command(...args, '--json');
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as unknown;
  };

  it('are listed, registered, changed, found, taken out and removed', async () => {
    const host = await startHost({ dataDir, config });
    try {
      const { stdout } = await command('instances', 'list');
      expect(stdout).toMatch(/^NAME +CATEGORY +MODEL +HEALTH +BREAKER +IN FLIGHT +SUCCESS +FIRST TOKEN\n/);
      expect(stdout).toMatch(/\nllama +llm +llama3 +healthy +closed +0 of 2 +- +-\n/);

      const large = ['--endpoint', 'http://127.0.0.1:9/v1', '--model', 'large', '--category', 'llm'];
      const settings = ['--weight', '2.5', '--priority', '0', '--zone', 'eu', '--max-concurrent', '4'];
      const lists = ['--capability', 'tools', 'json', '--label', 'team=search', 'of=a=b', '--pool', 'local'];
      expect(await asJson('instances', 'register', 'mine', ...large, ...settings, ...lists)).toMatchObject({
        name: 'mine',
        provider: 'mine',
        model: 'large',
        weight: 2.5,
        priority: 0,
        zone: 'eu',
        capacity: 4,
        capabilities: ['tools', 'json'],
        labels: { team: 'search', of: 'a=b' },
        transient: true,
      });
      const wanted = ['--capability', 'tools', '--min-context', '9000', '--label', 'team=search'];
      expect(await asJson('discover', 'llm', ...wanted, '--zone', 'eu')).toMatchObject({
        instances: [{ name: 'mine' }],
        refused: expect.arrayContaining([
          { instance: 'llama', reason: 'holds 8000 tokens, about 9000 are needed' },
        ]) as unknown,
      });

      const changes = ['--maintenance', 'on', '--weight', '1', '--without', 'zone', 'max-concurrent'];
      const changed = await asJson('instances', 'update', 'mine', ...changes);
      expect(changed).toMatchObject({ maintenance: true, weight: 1 });
      expect(changed).not.toHaveProperty('zone');
      expect(changed).not.toHaveProperty('capacity');
      const none = await command('discover', 'llm', '--zone', 'moon');
      expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/No instance.*llm/) as string });
      expect(none.stdout).toContain('mine: is under maintenance');

      expect(await asJson('instances', 'isolate', 'llama')).toEqual({ name: 'llama', breaker: 'isolated' });
      expect((await command('instances', 'list')).stdout).toMatch(/llama .* isolated /);
      expect((await command('instances', 'restore', 'llama')).stdout).toContain('llama is closed');
      expect(await asJson('instances', 'remove', 'mine')).toEqual({ removed: 'mine' });
      const left = (await asJson('instances', 'list')) as { name: string }[];
      expect(left.map(({ name }) => name)).not.toContain('mine');
      expect(await asJson('proposals', 'list')).toEqual([]);
    } finally {
      await host.stop();
    }
  });

  it('stay as they are where a command says no, on stderr, with a code that says so', async () => {
    const host = await startHost({ dataDir, config });
    try {
      const endpoint = ['--endpoint', 'http://127.0.0.1:9/v1'];
      const refusals = [
        [['instances', 'register', 'llama', ...endpoint, '--model', 'm'], 1, /an instance "llama" already/],
        [['instances', 'register', 'mine', ...endpoint], 1, /model/],
        [['instances', 'register', 'mine', ...endpoint, '--model', 'm', '--pool', 'x'], 1, /no pool "x"/],
        [
          ['instances', 'register', 'mine', ...endpoint, '--model', 'm', '--weight', '0'],
          1,
          /^signalbox: weight/,
        ],
        [['instances', 'register', 'mine'], 2, /--endpoint/],
        [['instances', 'update', 'llama'], 2, /Nothing to change/],
        [['instances', 'update', 'llama', '--weight', 'much'], 2, /A number is needed/],
        [['instances', 'update', 'nobody', '--weight', '2'], 1, /no instance "nobody"/],
        [['instances', 'remove', 'nobody'], 1, /no instance "nobody"/],
        [['instances', 'isolate', 'nobody'], 1, /no instance nobody/],
        [['discover', 'poetry'], 2, /llm, embedding/],
        [['discover', 'llm', '--label', 'search'], 2, /NAME=VALUE/],
        [['proposals', 'apply', 'p1'], 1, /no proposal p1/],
      ] as const;
      const before = await asJson('instances', 'list');
      const expectRefusal = async ([args, expected, words]: (typeof refusals)[number]) => {
        const { code, stdout, stderr } = await command(...args);
        expect(stderr).toMatch(words);
        expect(stderr).not.toMatch(/^\s+at /m);
        expect([args, code, stdout]).toEqual([args, expected, '']);
      };
      await Promise.all(refusals.map(expectRefusal));
      expect(await asJson('instances', 'list')).toEqual(before);
    } finally {
      await host.stop();
    }
  });

  it.each([
    ['instances', 'list'],
    ['discover', 'llm'],
    ['proposals', 'list'],
  ])('are nobody’s where no host runs, and none is started to say so: %s %s', async (...args) => {
    const { code, stdout, stderr } = await command(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`No host is running on ${dataDir}; signalbox start starts one.`);
    expect(existsSync(join(dataDir, 'journal.db'))).toBe(false);
  });
});

describe('hosts', () => {
  it('run side by side, each with its own data', async () => {
    const [one, two] = await Promise.all([startHost({}), startHost({})]);
    try {
      expect(one.dataPlane).not.toBe(two.dataPlane);
      expect(one.dataDir).not.toBe(two.dataDir);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  it('listen on the loopback only, and give their API to nobody without the token', async () => {
    const host = await startHost({});
    try {
      const { origin } = new URL(host.windowUrl());
      expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:/);
      const html = await (await fetch(origin)).text();
      const token = new URL(host.windowUrl()).hash.split('token=')[1]!;
      expect(html).not.toContain(token);
      expect((await fetch(`${origin}/api/host`)).status).toBe(401);
      const foreign = await fetch(`${origin}/api/host`, {
        headers: { authorization: `Bearer ${token}`, origin: 'https://example.com' },
      });
      expect(foreign.status).toBe(403);
    } finally {
      await host.stop();
    }
  });

  it('end cleanly on Ctrl-C', async () => {
    const host = await startHost({});
    const started = performance.now();
    await host.stop();
    expect(performance.now() - started).toBeLessThan(5000);
    expect(host.output()).not.toMatch(/^\s+at /m);
  });
});

describe('signalbox', () => {
  it('tells its version and its commands', async () => {
    const version = await signalbox('--version');
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/\d+\.\d+\.\d+/) });
    const help = await signalbox('--help');
    expect(help.code).toBe(0);
    for (const command of [
      'start',
      'run',
      'runs',
      'instances',
      'discover',
      'proposals',
      'validate',
      'doctor',
    ])
      expect(help.stdout).toContain(command);
  });
});
