import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CLI } from '../../support/cli.ts';

export type Agent = 'openai' | 'anthropic' | 'vercel-ai' | 'openai-agents' | 'langgraph' | 'simulated';

/** What each case of an agent gave, or how it failed, as the agent saw it. */
export type Outcomes = Readonly<Record<string, { readonly gave?: unknown; readonly failed?: unknown }>>;

export interface PlayOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Launched by `signalbox run`, with the host of this data folder. */
  readonly dataDir?: string;
  /** Only these cases; all without it. */
  readonly cases?: readonly string[];
}

/** Nothing of the developer's own reaches an agent, least of all a key or a service that it would report to. */
const UNWANTED = /^(?:SIGNALBOX_|OPENAI_|ANTHROPIC_|OTEL_|LANGCHAIN_|LANGSMITH_|AI_|.*_PROXY$)/i;

/** Runs an agent to its end, in a process of its own, with nothing but its environment to tell it where to go. */
export async function play(agent: Agent, { env, dataDir, cases = [] }: PlayOptions): Promise<Outcomes> {
  const command = [process.execPath, join(import.meta.dirname, '..', 'agents', `${agent}.mjs`), ...cases];
  const launched =
    dataDir === undefined
      ? command
      : [process.execPath, CLI, 'run', '--data', dataDir, '--name', agent, '--', ...command];
  const inherited = Object.entries(process.env).filter(([name]) => !UNWANTED.test(name));
  const [program, ...args] = launched as [string, ...string[]];
  const child = spawn(program, args, {
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (code !== 0 || line === undefined) {
    throw new Error(`the agent ${agent} ended with ${code}:\n${stderr || stdout}`);
  }
  return JSON.parse(line) as Outcomes;
}
