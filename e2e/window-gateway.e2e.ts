import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from '../core/node/mcp/test-client.ts';
import { en } from '../renderer/locales/en.ts';
import { callOnce } from './support/call.ts';
import {
  configFor,
  startScriptedUpstream,
  STREAM_HEADERS,
  streamedCompletion,
  wholeCompletion,
  type ScriptedAnswer,
  type ScriptedUpstream,
} from './support/scripted-upstream.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { command, inspectorTab, rail, runFact } from './support/window.ts';

const TOOLS = `
[mcp.tools]
command = ${JSON.stringify([process.execPath, fileURLToPath(new URL('../core/node/mcp/test-server.ts', import.meta.url))])}
`;
const SECRET = `ghp_${'Ab3dE6gH9'.repeat(4)}`;

/** Streams say no usage, and one of them breaks off; what is to be refused is. */
function answerTo({ body }: { readonly body: string }): ScriptedAnswer {
  const stream = streamedCompletion('raw', ['The ', 'line ', 'is ', 'clear.']);
  const chunks = stream.filter((event) => !event.includes('"usage"'));
  const uncounted = { headers: STREAM_HEADERS, chunks, pauseMillis: 20 };
  if (body.includes('break off')) return { ...uncounted, chunks: stream.slice(0, 3), breakOff: true };
  if (body.includes('refuse')) return { status: 400, chunks: ['{"error":{"message":"not this"}}'] };
  return body.includes('"stream":true') ? uncounted : { chunks: [wholeCompletion('raw', 'hi')] };
}

for (const [title, shell] of suitesOf('what the gateway did, in the window')) {
  describe.skipIf(shell.absent)(title, () => {
    let upstream: ScriptedUpstream;
    let opened: OpenWindow;
    let run: string;
    let calls = 1;
    beforeAll(async () => {
      upstream = await startScriptedUpstream(answerTo);
      opened = await shell.open({ config: configFor([upstream.baseUrl]) + TOOLS });
      run = (await callOnce(opened.dataPlane)).run!;
    });
    afterAll(async () => {
      await opened?.close();
      await upstream?.close();
    });
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    /** One call of the same run, and its row in the table; the newest of its operation. */
    async function called(
      content: string,
      more: { readonly stream?: true; readonly headers?: Readonly<Record<string, string>> } = {},
    ): Promise<Locator> {
      const { page, dataPlane } = opened;
      const answer = await fetch(`${dataPlane}/r/${run}/openai/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more.headers },
        body: JSON.stringify({
          model: 'scripted',
          messages: [{ role: 'user', content }],
          ...(more.stream && { stream: true }),
        }),
      });
      await answer.text().catch(() => undefined);
      await goTo(page, `#/runs/${run}?view=table`);
      const rows = page.getByRole('grid', { name: en.run.views.table }).getByRole('row', { name: /^call / });
      calls += 1;
      await expect.poll(() => rows.count()).toBe(calls);
      return rows.last();
    }

    it('says which tokens are estimated and which costs are unknown, in the list and in the sums', async () => {
      const { page } = opened;
      const row = await called(`with a token ${SECRET}`, { stream: true });
      await row.getByText(en.runs.unknownCost).waitFor();
      await row.getByTitle(en.facts.estimated).first().waitFor();
      const cost = runFact(page, en.runs.cost);
      await cost.getByText('2 calls unknown').waitFor();
      expect(await cost.textContent()).toContain(en.runs.includesEstimates);
      expect(await cost.textContent()).not.toContain('0.00');
      expect(await runFact(page, en.runs.tokens).textContent()).toContain('~');
    });

    it('draws how a stream came, and names what was masked', async () => {
      const { page } = opened;
      const row = await called(`another ${SECRET}`, { stream: true });
      await row.click();
      const timing = await inspectorTab(page, 'timing');
      await timing.getByRole('img', { name: /first token after .* tokens\/s .* pieces/ }).waitFor();
      const request = await inspectorTab(page, 'request');
      await request.getByText('1 secret masked: github-pat').waitFor();
      expect(await request.textContent()).not.toContain(SECRET);
      const broken = await called('break off', { stream: true });
      await broken.getByText(en.run.verdicts.cut, { exact: true }).waitFor();
    });

    it('links a retry of a client with the call that it tries again, both ways', async () => {
      const { page } = opened;
      await called('refuse', { headers: { 'x-stainless-retry-count': '0' } });
      const again = await called('refuse', { headers: { 'x-stainless-retry-count': '1' } });
      await again.getByText(en.run.clientRetry).waitFor();
      await again.click();
      const facts = await inspectorTab(page, 'facts');
      await fact(facts, en.facts.names.retryOf).getByRole('button').click();
      await fact(facts, en.facts.names.retriedBy).getByRole('button').click();
      await fact(facts, en.facts.names.clientRetry).getByText('1', { exact: true }).waitFor();
    });

    it('shows the connections of an origin, and the MCP servers with what they print', async () => {
      const { page, dataPlane } = opened;
      const services = await goTo(page, '#/services');
      const servers = services.getByRole('region', { name: en.services.mcp.title });
      await servers.getByText(en.services.mcp.notStarted).waitFor();
      const client = new TestClient(`${dataPlane}/r/${run}/mcp/tools`);
      await client.initialize();
      await client.call('noise');
      await servers.getByText(en.services.mcp.running).waitFor();
      await servers.getByText('stdout 2').waitFor();
      // Each time it waits longer before it starts again, so that there is time to see it.
      for (let crash = 0; crash < 3; crash++) await client.call('crash');
      await servers.getByText(/restarting in/).waitFor();
      const connections = services.getByRole('region', { name: en.services.connections });
      const row = connections.getByRole('row', { name: new RegExp(new URL(upstream.baseUrl).origin) });
      await row.getByText('http/1.1').waitFor();
      await row.getByRole('img', { name: /^Open connections over the last 5/ }).waitFor();
    });

    it('stores a key, whose value never comes back, and removes it', async () => {
      const { page } = opened;
      await rail(page, 'settings').click();
      await page.getByRole('heading', { name: en.keys.title }).waitFor();
      await command(page, en.keys.store);
      const form = page.getByRole('dialog', { name: en.keys.store });
      await form.getByRole('button', { name: en.keys.confirm }).click();
      await form.getByRole('alert').getByText(en.keys.needed).waitFor();
      await form.getByLabel(en.keys.name, { exact: true }).fill('main');
      await form.getByLabel(en.keys.value, { exact: true }).fill('value-of-main');
      await form.getByLabel(en.keys.origin, { exact: true }).fill('https://api.example.com/v1');
      await form.getByRole('button', { name: en.keys.confirm }).click();
      const keys = page.getByRole('region', { name: en.keys.title });
      const row = keys.getByRole('listitem').filter({ hasText: 'main' });
      await row.getByText('https://api.example.com', { exact: true }).waitFor();
      expect(await page.content()).not.toContain('value-of-main');
      await row.getByRole('button', { name: `${en.keys.remove} main` }).click();
      const question = page.getByRole('alertdialog', { name: en.keys.removeTitle });
      await question.getByRole('button', { name: en.keys.remove, exact: true }).click();
      await keys.getByText(en.keys.none).waitFor();
    });
  });
}

async function goTo(page: Page, hash: string): Promise<Locator> {
  await page.evaluate((to) => void (location.hash = to), hash);
  return page.getByRole('main');
}

function fact(facts: Locator, name: string): Locator {
  return facts
    .locator('dl > div')
    .filter({ has: facts.page().getByText(name, { exact: true }) })
    .first();
}
