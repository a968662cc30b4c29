import { Argument, Command, Option } from 'commander';
import type { ModelDialect } from '../../journal/event.ts';
import { CATEGORIES } from '../../journal/task.ts';
import { FORMAT_NAMES, WRITER_NAMES } from '../../formats/names.ts';
import { discoverCommand } from './discover-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { exportCommand } from './export-command.ts';
import { describeFailure } from './failure.ts';
import {
  parseLabel,
  parseLimit,
  parseNumber,
  parseOrigin,
  parsePort,
  parseSecretName,
} from './flag-values.ts';
import {
  listInstancesCommand,
  registerInstanceCommand,
  removeInstanceCommand,
  REMOVABLE_SETTINGS,
  setBreakerCommand,
  updateInstanceCommand,
} from './instances-command.ts';
import { importCommand } from './import-command.ts';
import { refreshPricesCommand, showPricesCommand } from './prices-command.ts';
import { decideProposalCommand, listProposalsCommand } from './proposals-command.ts';
import { runCommand } from './run-command.ts';
import { deleteRunCommand, listRunsCommand, showRunCommand } from './runs-command.ts';
import { listSecretsCommand, removeSecretCommand, setSecretCommand } from './secrets-command.ts';
import { startCommand } from './start-command.ts';
import { validateCommand } from './validate-command.ts';
import { installation } from '../installation.ts';

const USAGE_ERROR = 2;
const DIALECTS = ['openai', 'anthropic'] satisfies ModelDialect[];

export const program = new Command('signalbox')
  .description('A debugger for agent runs: every call an agent makes, routed, recorded and seen live.')
  .version(installation.version)
  .enablePositionalOptions()
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_ERROR));

const data = [
  '--data <dir>',
  'the data folder (default: SIGNALBOX_DATA, else the place for application data)',
] as const;
const config = ['--config <file>', 'the configuration (default: signalbox.toml in the data folder)'] as const;
const json = ['--json', 'print one JSON document on standard output and nothing else'] as const;

program
  .command('start')
  .description('start a host: the window, and the port that agents talk to')
  .option('--headless', 'without a window of its own; any browser on this machine is one')
  .option('--port <n>', 'the port for agents (default: 4600)', parsePort)
  .option('--window-port <n>', 'the port for the browser (default: the one after --port)', parsePort)
  .option(...data)
  .option(...config)
  .option(...json)
  .action(async (flags) => finish(() => startCommand(flags, process.argv.slice(3))));

program
  .command('run')
  .description('launch a command as a recorded run, and exit with its exit code')
  .usage('[options] -- CMD…')
  .argument('<cmd...>', 'the command and its arguments')
  .option('--name <name>', 'what the run is called (default: the command)')
  .option('--port <n>', 'the port for agents, where no host is running (default: any free one)', parsePort)
  .option(...data)
  .option(...config)
  .option(...json)
  .passThroughOptions()
  .action(async (command, flags) => finish(() => runCommand(command, flags)));

const runs = program.command('runs').description('look at recorded runs, and delete them');
runs
  .command('list')
  .description('the newest runs first')
  .option('--limit <n>', 'how many (default: 50)', parseLimit)
  .option(...data)
  .option(...json)
  .action(async (flags) => finish(() => listRunsCommand(flags)));
runs
  .command('show')
  .description('one run and its calls')
  .argument('<run>', 'its id, or the beginning of it')
  .option(...data)
  .option(...json)
  .action(async (run, flags) => finish(() => showRunCommand(run, flags)));
runs
  .command('delete')
  .description('delete one run with everything recorded of it')
  .argument('<run>', 'its id, or the beginning of it')
  .option(...data)
  .option(...json)
  .action(async (run, flags) => finish(() => deleteRunCommand(run, flags)));

program
  .command('import')
  .description('read recordings of other tools: each file becomes a run')
  .argument(
    '<file...>',
    'OTLP, Jaeger, Zipkin, Chrome trace, speedscope, HAR, OpenInference, Langfuse; plain, gzip or zstd',
  )
  .addOption(
    new Option('--format <format>', 'what the file is, where it does not say so itself').choices(
      FORMAT_NAMES,
    ),
  )
  .option('--name <name>', "of the run (default: the file's)")
  .option(...data)
  .option(...config)
  .option(...json)
  .action(async (files, flags) => finish(() => importCommand(files, flags)));
program
  .command('export')
  .description('write a run for other tools, or as a page that needs nothing else')
  .argument('<run>', 'its id, or the beginning of it')
  .addOption(new Option('--format <format>', 'what to write').choices(WRITER_NAMES).makeOptionMandatory())
  .option('-o, --output <file>', 'where to (default: a file named after the run; -: standard output)')
  .option(...data)
  .option(...config)
  .action(async (run, flags) => finish(() => exportCommand(run, flags)));

const instances = program
  .command('instances')
  .description('the instances of the running host: list, register, change, take out');
const name = ['<name>', 'of the instance'] as const;
const capability = ['--capability <word...>', 'what it can do: tools, vision, json, …'] as const;
const zone = ['--zone <zone>', 'where it is, in any words'] as const;
const label = ['--label <name=value...>', 'labels', parseLabel] as const;
instances
  .command('list')
  .description('every instance with its live figures')
  .option(...data)
  .option(...json)
  .action(async (flags) => finish(() => listInstancesCommand(flags)));
withSettings(
  instances
    .command('register')
    .description('add an instance until the host ends')
    .argument(...name)
    .requiredOption('--endpoint <url>', 'its base URL')
    .option('--model <model>', 'what it is asked for; needed for llm and embedding')
    .option('--provider <name>', 'whose it is (default: its name)')
    .addOption(new Option('--category <category>', 'what it is (default: llm)').choices(CATEGORIES))
    .addOption(new Option('--dialect <dialect>', 'what it speaks (default: openai)').choices(DIALECTS))
    .option('--pool <name...>', 'the pools that it joins')
    .option('--api-key-env <variable>', 'the variable in the environment of the host that holds its key'),
).action(async (instance, flags) => finish(() => registerInstanceCommand(instance, flags)));
withSettings(
  instances
    .command('update')
    .description('change settings of an instance until the host ends')
    .argument(...name)
    .addOption(
      new Option('--maintenance <state>', 'while it is on, no call goes there').choices(['on', 'off']),
    )
    .addOption(new Option('--without <setting...>', 'take these away').choices(REMOVABLE_SETTINGS)),
).action(async (instance, flags) => finish(() => updateInstanceCommand(instance, flags)));
instances
  .command('remove')
  .description('take an instance away until the host ends; what is under way there ends by itself')
  .argument(...name)
  .option(...data)
  .option(...json)
  .action(async (instance, flags) => finish(() => removeInstanceCommand(instance, flags)));
for (const [command, state, description] of [
  ['isolate', 'isolated', 'open the breaker of an instance by hand'],
  ['restore', 'closed', 'close the breaker of an instance that was isolated'],
] as const) {
  instances
    .command(command)
    .description(description)
    .argument(...name)
    .option(...data)
    .option(...json)
    .action(async (instance, flags) => finish(() => setBreakerCommand(instance, state, flags)));
}

program
  .command('discover')
  .description('who could take such a call now, the best measured first, and why others could not')
  .addArgument(new Argument('<category>', 'what is needed').choices(CATEGORIES))
  .option(...capability)
  .option('--min-context <tokens>', 'what it must hold at least', parseNumber)
  .option('--max-price <usd>', 'what a million tokens may cost at most', parseNumber)
  .option(...zone)
  .option(...label)
  .option(...data)
  .option(...json)
  .action(async (category, flags) => finish(() => discoverCommand(category, flags)));

const proposals = program
  .command('proposals')
  .description('what the optimisers of the running host would change');
proposals
  .command('list')
  .description('the newest first')
  .option(...data)
  .option(...json)
  .action(async (flags) => finish(() => listProposalsCommand(flags)));
for (const [action, description] of [
  ['apply', 'make the change'],
  ['undo', 'take an applied change back'],
  ['dismiss', 'leave it as it is'],
] as const) {
  proposals
    .command(action)
    .description(description)
    .argument('<id>', 'of the proposal')
    .option(...data)
    .option(...json)
    .action(async (id, flags) => finish(() => decideProposalCommand(id, action, flags)));
}

const secrets = program
  .command('secrets')
  .description('the keys that providers of the configuration take with api_key = "secret:NAME"');
const secretName = ['<name>', 'of the key', parseSecretName] as const;
secrets
  .command('set')
  .description('store a key; it is read from standard input, where it is not shown')
  .argument(...secretName)
  .option(
    '--origin <url>',
    'the one place that it may be sent to (default: that of its provider)',
    parseOrigin,
  )
  .option(...data)
  .option(...config)
  .option(...json)
  .action(async (key, flags) => finish(() => setSecretCommand(key, flags)));
secrets
  .command('list')
  .description('their names and where they belong, never the keys')
  .option(...data)
  .option(...json)
  .action(async (flags) => finish(() => listSecretsCommand(flags)));
secrets
  .command('remove')
  .description('forget a key')
  .argument(...secretName)
  .option(...data)
  .option(...json)
  .action(async (key, flags) => finish(() => removeSecretCommand(key, flags)));

const prices = program
  .command('prices')
  .description('what a million tokens of a model cost, in USD')
  .argument('<model>', 'as a provider calls it')
  .option('--provider <name>', 'at this one only, as the public list calls it: openai, anthropic, google, …')
  .option(...data)
  .option(...config)
  .option(...json)
  .action(async (model, flags) => finish(() => showPricesCommand(model, flags)));
prices
  .command('refresh')
  .description('fetch the newest public price list into the data folder')
  .option('--from <url>', 'from another place')
  .option(...data)
  .option(...json)
  .action(async (flags) => finish(() => refreshPricesCommand(flags)));

program
  .command('validate')
  .description('check a configuration and say what is wrong where')
  .argument('[file]', 'default: signalbox.toml in the data folder')
  .option(...config)
  .option(...data)
  .option(...json)
  .action(async (file, flags) => finish(() => validateCommand(file, flags)));

program
  .command('doctor')
  .description('check this installation, the data folder and every journal in it')
  .option(...data)
  .option(...config)
  .option(...json)
  .action(async (flags) => finish(() => doctorCommand(flags)));

/** The settings that an instance may have at any time. */
function withSettings(command: Command): Command {
  return command
    .option('--weight <n>', 'share of the traffic under weighted strategies', parseNumber)
    .option('--priority <n>', 'the lowest number is preferred under the strategy priority', parseNumber)
    .option('--max-concurrent <n>', 'attempts that it may have at once', parseNumber)
    .option('--context-window <tokens>', 'what it holds, input and output together', parseNumber)
    .option(...capability)
    .option(...zone)
    .option(...label)
    .option(...data)
    .option(...json);
}

async function finish(command: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const { message, exitCode } = describeFailure(error);
    process.stderr.write(`signalbox: ${message}\n`);
    process.exitCode = exitCode;
  }
}
