import { Command, InvalidArgumentError } from 'commander';
import { doctorCommand } from './doctor-command.ts';
import { describeFailure } from './failure.ts';
import { runCommand } from './run-command.ts';
import { deleteRunCommand, listRunsCommand, showRunCommand } from './runs-command.ts';
import { startCommand } from './start-command.ts';
import { validateCommand } from './validate-command.ts';
import { installation } from '../installation.ts';

const USAGE_ERROR = 2;

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

async function finish(command: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const { message, exitCode } = describeFailure(error);
    process.stderr.write(`signalbox: ${message}\n`);
    process.exitCode = exitCode;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('A limit is a number from 1 to 1000.');
  return limit;
}
