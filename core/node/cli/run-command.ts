import { basename } from 'node:path';
import { createRedactor } from '../../access/redaction.ts';
import { request, type ApiFetch } from '../../api/client.ts';
import type { EndRun, LogLines, RunSummary, StartRun, StartedRun } from '../../api/contract.ts';
import { defaultDataDir } from '../data-dir.ts';
import { connect, type Connection, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { launchAgent } from './launch-agent.ts';
import { formatCost, formatDuration, formatTokens, printJson, styled, tell } from './output.ts';

export interface RunFlags extends HostFlags {
  readonly name?: string;
  readonly json?: boolean;
}

/** Variables whose values are secrets: they are taken out of everything that is recorded of the agent. */
const SECRET_NAME = /(_|^)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** `signalbox run -- CMD…`: launches a command as a recorded run. Resolves with the command's exit code. */
export async function runCommand(command: readonly string[], flags: RunFlags): Promise<number> {
  if (command.length === 0) throw new CommandFailure('Nothing to run: signalbox run [--name N] -- CMD…', 2);
  const redactor = createRedactor();
  for (const [name, value] of Object.entries(process.env))
    if (value && SECRET_NAME.test(name)) redactor.learn(value);
  // npm changes into the package's folder; the user's own is in INIT_CWD.
  const cwd = (process.env['npm_lifecycle_event'] && process.env['INIT_CWD']) || process.cwd();

  const connection = await connect(flags);
  try {
    const { run, environment } = await request<StartedRun>(connection.api, '/api/runs', {
      method: 'POST',
      body: {
        name: flags.name ?? nameOf(command),
        command: command.map((word) => redactor.text(word)),
        cwd,
        passThrough: passThroughOf(process.env),
      } satisfies StartRun,
    });
    const url = connection.windowUrl(`/runs/${run.id}`);
    tell(
      styled(
        'dim',
        `signalbox: recording; watch it live at ${url ?? 'the Signalbox window'}`,
        process.stderr,
      ),
    );

    const log = createLogSender(connection.api, run.id);
    const end = await launchAgent({
      command,
      cwd,
      environment: { ...process.env, ...environment },
      stdout: flags.json ? process.stderr : process.stdout,
      onLine: (stream, text) => log.write({ stream, text: redactor.text(text) }),
    });
    await log.flush();
    await request(connection.api, `/api/runs/${run.id}/end`, { method: 'POST', body: end satisfies EndRun });
    const row = await request<RunSummary>(connection.api, `/api/runs/${run.id}`);
    if (flags.json) printJson({ run: row, url, exitCode: end.exitCode });
    else summarise(row, url, connection);
    if (end.reason !== undefined) tell(`signalbox: ${end.reason}`);
    return end.exitCode;
  } finally {
    await connection.close();
  }
}

function nameOf(command: readonly string[]): string {
  const words = command.slice(0, 2).map((word) => basename(word));
  return words.join(' ').slice(0, 200);
}

/** Where the agent's own keys belong; a dialect without a key gets Signalbox's token instead. */
function passThroughOf(env: NodeJS.ProcessEnv): NonNullable<StartRun['passThrough']> {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL } =
    env;
  const openai = OPENAI_BASE_URL || 'https://api.openai.com/v1';
  // Some clients want the version in it, Anthropic's own does not.
  const anthropic = (ANTHROPIC_BASE_URL || 'https://api.anthropic.com').replace(/(?:\/+v1)?\/*$/, '/v1');
  return {
    ...(OPENAI_API_KEY && { openai: openai.replace(/\/+$/, '') }),
    ...((ANTHROPIC_API_KEY || ANTHROPIC_AUTH_TOKEN) && { anthropic }),
  };
}

type Line = LogLines['lines'][number];

/** Sends lines as soon as the ones before have arrived, many at a time when they come fast. */
function createLogSender(api: ApiFetch, run: string) {
  let waiting: Line[] = [];
  let sending: Promise<void> | undefined;
  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting.splice(0, 500);
      await request(api, `/api/runs/${run}/logs`, { method: 'POST', body: { lines } satisfies LogLines });
    }
  }
  const start = () => {
    sending ??= send()
      .catch((error: Error) => tell(`signalbox: the agent's output could not be recorded: ${error.message}`))
      .finally(() => (sending = undefined));
  };
  return {
    write(line: Line) {
      waiting.push(line);
      start();
    },
    async flush() {
      while (sending) await sending;
      waiting = [];
    },
  };
}

function summarise(run: RunSummary, url: string | undefined, connection: Connection): void {
  const failed = run.status === 'completed' ? 'green' : 'red';
  const errors = `${run.errors} ${run.errors === 1 ? 'error' : 'errors'}`;
  const retries = `${run.retries} ${run.retries === 1 ? 'retry' : 'retries'}`;
  const calls = `${run.calls} ${run.calls === 1 ? 'call' : 'calls'}`;
  const end = run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
  const dim = (text: string) => styled('dim', text, process.stderr);
  const isDefault = connection.dataDir === defaultDataDir(process.env, process.platform);
  const start = `signalbox start${isDefault ? '' : ` --data ${connection.dataDir}`}`;
  const place = connection.temporary
    ? `run ${run.id} is kept; open it again with: ${start}, then #/runs/${run.id}`
    : (url ?? `run ${run.id}, in the Signalbox window`);
  tell(`${dim('signalbox:')} ${place}`);
  tell(`  ${styled(failed, run.status, process.stderr)} in ${formatDuration(run.duration)}${end}`);
  const hedges = run.hedges === undefined ? '' : `, ${run.hedges} ${run.hedges === 1 ? 'hedge' : 'hedges'}`;
  tell(`  ${calls}, ${errors}, ${retries}${hedges}`);
  tell(`  ${formatTokens(run)} tokens, ${formatCost(run)}`);
}
