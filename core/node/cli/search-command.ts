import type { SearchFor, SearchHit, SearchPage } from '../../api/contract.ts';
import { ask } from './ask.ts';
import type { HostFlags } from './connect.ts';
import { formatTime, printJson, printLine, styled, tell } from './output.ts';
import { findRun } from './find-run.ts';
import { withApi } from './runs-command.ts';

export interface SearchFlags extends HostFlags {
  readonly run?: string;
  readonly in?: SearchFor['where'];
  readonly order?: SearchFor['order'];
  readonly limit?: number;
  readonly after?: string;
  readonly json?: boolean;
}

/** `signalbox search 'words'`. */
export async function searchCommand(words: readonly string[], flags: SearchFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const run = flags.run === undefined ? undefined : await findRun(api, flags.run);
    const body: SearchFor = {
      words: words.join(' '),
      order: flags.order ?? 'best',
      limit: flags.limit ?? 20,
      ...(flags.in && { where: flags.in }),
      ...(run && { run: run.id }),
      ...(flags.after !== undefined && { after: flags.after }),
    };
    const page = await ask<SearchPage>(api, '/api/search', body, '');
    if (flags.json) return printJson(page);
    for (const hit of page.hits) {
      const { agent, seq, event, time, where } = hit;
      printLine(
        styled('dim', `${hit.run.slice(0, 8)} ${agent}  ${seq} ${event} (${where})  ${formatTime(time)}`),
      );
      printLine(`  ${marked(hit.snippet)}`);
    }
    if (page.hits.length === 0) tell('Nothing was found.');
    if (page.order !== body.order) tell('The words are in so many places that the newest come first.');
    if (page.unindexed > 0) tell(`${page.unindexed} events are not searched yet; ask again in a moment.`);
    if (page.next !== undefined) tell(`There is more: --after ${page.next}`);
  });
}

function marked({ text, marks }: SearchHit['snippet']): string {
  let from = 0;
  let line = '';
  for (const [start, end] of marks) {
    line += text.slice(from, start) + styled(['bold', 'yellow'], text.slice(start, end));
    from = end;
  }
  return line + text.slice(from);
}
