import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keyValues, tracesOf, type JsonSpan } from '../core/journal/otlp/test-export.ts';
import { en } from '../renderer/locales/en.ts';
import { zh } from '../renderer/locales/zh.ts';
import { callOnce } from './support/call.ts';
import {
  configFor,
  startScriptedUpstream,
  wholeCompletion,
  type ScriptedAnswer,
  type ScriptedUpstream,
} from './support/scripted-upstream.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { command, inspectorTab, openPalette, rail, runRows } from './support/window.ts';

/** A group whose first tier is never reached: nothing listens there. */
const PAIR = `
[providers.absent]
endpoint = "http://127.0.0.1:9/v1"
[instances.absent]
provider = "absent"
model = "none"
[[groups.pair.tiers]]
name = "first"
pools = ["absent/none"]
retry = { max_attempts = 1 }
[[groups.pair.tiers]]
name = "second"
pools = ["scripted"]
`;

/** A stream of which three events cannot be read. */
const MUMBLED: ScriptedAnswer = {
  headers: { 'content-type': 'text/event-stream' },
  chunks: [
    'data: {"model":"raw","choices":[{"index":0,"delta":{"content":"so so"}}]}\n\n',
    ...Array.from({ length: 3 }, () => 'data: {"usage": {"prompt_to\n\n'),
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  ],
};

for (const [title, shell] of suitesOf('the window')) {
  describe.skipIf(shell.absent)(title, () => {
    let upstream: ScriptedUpstream;
    let opened: OpenWindow;
    beforeAll(async () => {
      upstream = await startScriptedUpstream(({ body }) =>
        body.includes('mumble') ? MUMBLED : { chunks: [wholeCompletion('raw', 'hi')] },
      );
      opened = await shell.open({ config: configFor([upstream.baseUrl]) + PAIR });
    });
    afterAll(async () => {
      await opened?.close();
      await upstream?.close();
    });
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('lists a run as soon as an agent calls, without being asked', async () => {
      const { page, dataPlane } = opened;
      await rail(page, 'runs').click();
      await page.getByText(en.runs.empty).waitFor();
      expect((await callOnce(dataPlane)).status).toBe(200);
      await runRows(page, new RegExp(en.status.running)).waitFor();
    });

    it('opens the palette by its key and goes where it says', async () => {
      const { page } = opened;
      await command(page, en.nav.settings);
      await page.getByRole('heading', { name: en.nav.settings, level: 1 }).waitFor();
      const palette = await openPalette(page);
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'detached' });
      await command(page, en.nav.connect);
      await page.getByRole('heading', { name: en.connect.title, level: 1 }).waitFor();
    });

    it('takes an instance out by hand, and puts it back', async () => {
      const { page } = opened;
      await rail(page, 'services').click();
      const row = instanceRow(page, 'up0');
      await row.getByRole('button', { name: `${en.services.verbs.isolate} up0` }).click();
      await row.getByText(en.services.breakers.isolated).waitFor();
      await row.getByRole('button', { name: `${en.services.verbs.restore} up0` }).click();
      await row.getByText(en.services.breakers.closed).waitFor();
      await page.getByRole('status').getByRole('button', { name: en.services.undo }).click();
      await row.getByText(en.services.breakers.isolated).waitFor();
      await page.getByRole('status').getByRole('button', { name: en.services.undo }).click();
      await row.getByText(en.services.breakers.closed).waitFor();
    });

    it('puts an instance under maintenance, and takes that back', async () => {
      const { page } = opened;
      await rail(page, 'services').click();
      const row = instanceRow(page, 'up0');
      const maintenance = row.getByRole('button', { name: `${en.services.maintenance} up0` });
      await maintenance.click();
      await row.getByText(en.services.maintenance).waitFor();
      await expect.poll(() => maintenance.getAttribute('aria-pressed')).toBe('true');
      await page.getByRole('status').getByRole('button', { name: en.services.undo }).click();
      await expect.poll(() => maintenance.getAttribute('aria-pressed')).toBe('false');
    });

    it('adds an instance, and removes it after asking', async () => {
      const { page } = opened;
      await rail(page, 'services').click();
      await instanceRow(page, 'up0').waitFor();
      await page.keyboard.press('a');
      const form = page.getByRole('dialog', { name: en.services.add.title });
      await page.keyboard.press('Enter');
      await form.getByText(en.services.add.problems.needed).first().waitFor();
      await form.getByLabel(en.services.add.fields.name).fill('spare');
      await form.getByLabel(en.services.add.fields.endpoint).fill(upstream.baseUrl);
      await form.getByLabel(en.services.add.fields.model).fill('raw');
      await form.getByLabel('scripted').check();
      await form.getByRole('button', { name: en.services.add.confirm }).click();
      const row = instanceRow(page, 'spare');
      await row.getByText(en.services.transient).waitFor();
      await page.getByRole('row', { name: /^scripted .* spare/ }).waitFor();
      await row.getByRole('button', { name: `${en.services.verbs.remove} spare` }).click();
      const question = page.getByRole('alertdialog', { name: en.services.remove.title });
      await question.getByRole('button', { name: en.services.verbs.remove }).click();
      await row.waitFor({ state: 'detached' });
      await page.getByText('instance spare is taken out of the registry').waitFor();
    });

    it('shows that a tier is left out, and in the decisions of the call that fell back why', async () => {
      const { page, dataPlane } = opened;
      const { run, status } = await callOnce(dataPlane, { model: 'pair' });
      expect(status).toBe(200);
      await rail(page, 'services').click();
      const groups = page.getByRole('region', { name: en.services.groups });
      await groups.getByRole('row', { name: /first/ }).getByText(en.services.standings.fallen).waitFor();
      await page.evaluate((to) => void (location.hash = to), `#/runs/${run}?view=table`);
      const grid = page.getByRole('grid', { name: en.run.views.table });
      await grid
        .getByRole('row', { name: /^call .* up0/ })
        .last()
        .click();
      const decisions = await inspectorTab(page, 'decision');
      await decisions.getByText(en.decision.task.title).waitFor();
      const fallback = decisions.getByRole('listitem').filter({ hasText: en.decision.fellBack });
      await fallback.getByText('pair/second').waitFor();
      await fallback.getByText(en.decision.because['server-error']).waitFor();
    });

    it('reads a call in its own dialect, and says how it was translated', async () => {
      const { page, dataPlane } = opened;
      const response = await fetch(`${dataPlane}/anthropic/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'scripted',
          max_tokens: 100,
          messages: [
            { role: 'user', content: 'look' },
            { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: { at: 1 } }] },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'A signal.' }] },
          ],
        }),
      });
      await response.text();
      await page.evaluate(
        (to) => void (location.hash = to),
        `#/runs/${response.headers.get('x-signalbox-run')}?view=table`,
      );
      const grid = page.getByRole('grid', { name: en.run.views.table });
      await grid.getByRole('row', { name: /^call messages/ }).click();
      const answer = await inspectorTab(page, 'response');
      await answer.getByText('hi', { exact: true }).waitFor();
      const request = await inspectorTab(page, 'request');
      await request.locator('.tool-call', { hasText: 'look' }).getByText('A signal.').waitFor();
      await (await inspectorTab(page, 'attempts')).getByRole('button').click();
      const facts = await inspectorTab(page, 'facts');
      await facts.getByText('anthropic-messages → openai-chat').waitFor();
    });

    it('says in both languages how much of an answer could not be read', async () => {
      const { page, dataPlane } = opened;
      const { run } = await callOnce(dataPlane, { content: 'mumble' });
      for (const words of [zh, en]) {
        const now = words === zh ? en : zh;
        await rail(page, 'settings', now).click();
        await page.getByRole('radio', { name: now.settings.languages[words === zh ? 'zh' : 'en'] }).check();
        await page.evaluate((to) => void (location.hash = to), `#/runs/${run}?view=table`);
        const grid = page.getByRole('grid', { name: words.run.views.table });
        // Its client has called before, in the same run.
        await grid
          .getByRole('row', { name: /chat\.completions/ })
          .last()
          .click();
        const answer = await inspectorTab(page, 'response', words);
        await answer.getByText(words.body.unparsed_other.replace('{{count}}', '3')).waitFor();
        const facts = await inspectorTab(page, 'facts', words);
        await facts.getByText(words.facts.unparsed_other.replace('{{count}}', '3')).waitFor();
      }
    });

    it('shows what a span was reported with', async () => {
      const { page, dataPlane } = opened;
      const { run } = await callOnce(dataPlane);
      const now = BigInt(Date.now()) * 1_000_000n;
      const span: JsonSpan = {
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
        name: 'fetch the weather',
        startTimeUnixNano: String(now - 5_000_000n),
        endTimeUnixNano: String(now),
        attributes: keyValues({ 'weather.city': 'Paris', 'weather.unit': 'celsius' }),
      };
      const reported = await fetch(`${dataPlane}/r/${run}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(tracesOf([span])),
      });
      expect(reported.status).toBe(200);
      await page.evaluate((to) => void (location.hash = to), `#/runs/${run}?view=table`);
      const grid = page.getByRole('grid', { name: en.run.views.table });
      await grid.getByRole('row', { name: /fetch the weather/ }).click();
      const attributes = await inspectorTab(page, 'attributes');
      await attributes.getByRole('row', { name: /weather.unit/ }).waitFor();
      await attributes.getByRole('searchbox').fill('paris');
      await attributes.getByRole('row', { name: /weather.unit/ }).waitFor({ state: 'detached' });
      await attributes.getByRole('row', { name: /weather.city/ }).waitFor();
    });

    it('changes its language in place', async () => {
      const { page } = opened;
      await rail(page, 'settings').click();
      await page.getByRole('radio', { name: en.settings.languages.zh }).check();
      await page.getByRole('heading', { name: zh.nav.settings, level: 1 }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
      await rail(page, 'connect', zh).click();
      await page.getByRole('heading', { name: zh.connect.title, level: 1 }).waitFor();
      await rail(page, 'settings', zh).click();
      await page.getByRole('radio', { name: zh.settings.languages.en }).check();
      await page.getByRole('heading', { name: en.nav.settings, level: 1 }).waitFor();
    });

    it('changes its theme in place, and keeps it over a reload', async () => {
      const { page } = opened;
      await rail(page, 'settings').click();
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.getByRole('radio', { name: en.settings.themes.light }).check();
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
      const light = await background();
      await page.getByRole('radio', { name: en.settings.themes.dark }).check();
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
      expect(await background()).not.toBe(light);
      await page.reload();
      await page.getByRole('heading', { name: en.nav.settings, level: 1 }).waitFor();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    });

    it('keeps its place over a reload', async () => {
      const { page, dataPlane } = opened;
      const { run } = await callOnce(dataPlane);
      await rail(page, 'runs').click();
      await runRows(page, new RegExp(en.status.running)).first().click();
      await page.waitForURL(new RegExp(`#/runs/${run}`));
      const title = await page.title();
      const place = page.url();
      await page.reload();
      await expect.poll(() => page.title()).toBe(title);
      expect(page.url()).toBe(place);
    });
  });
}

/** An instance in the table of the Services page. */
function instanceRow(page: Page, name: string): Locator {
  return page
    .getByRole('region', { name: en.services.instances })
    .getByRole('row', { name: new RegExp(`^${name} `) });
}
