import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../renderer/locales/en.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import {
  inspector,
  inspectorTab,
  openRow,
  openSample,
  rail,
  runFact,
  runRows,
  waterfallRows,
} from './support/window.ts';

const SAMPLE_MILLIS = 40_000;

for (const [title, shell] of suitesOf('first launch')) {
  // One after the other: each goes on where the one before it left the window.
  describe.skipIf(shell.absent)(title, () => {
    let opened: OpenWindow;
    beforeAll(async () => {
      opened = await shell.open();
    });
    afterAll(() => opened?.close());
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('shows Connect, with both doors and the address that agents call', async () => {
      const { page, dataPlane } = opened;
      await page.getByRole('heading', { name: en.connect.title, level: 1 }).waitFor();
      await page.getByRole('button', { name: en.connect.sample.open }).waitFor();
      await page.getByRole('heading', { name: en.connect.agent.title }).waitFor();
      await page.getByText(dataPlane, { exact: true }).first().waitFor();
    });

    it('opens the sample run with one click, and its calls show up while they run', async () => {
      const { page } = opened;
      await openSample(page);
      await waterfallRows(page, 'call', en.status.running).first().waitFor();
      await waterfallRows(page, 'agent', en.status.running).waitFor();
    });

    it('shows the three parallel calls at the same time', async () => {
      const running = waterfallRows(opened.page, 'call', en.status.running);
      await expect.poll(() => running.count(), { timeout: SAMPLE_MILLIS, interval: 20 }).toBe(3);
    });

    it('sees the run to its end: six calls, one of them retried elsewhere', async () => {
      const { page } = opened;
      await waterfallRows(page, 'agent', en.status.ok).waitFor({ timeout: SAMPLE_MILLIS });
      await expect.poll(() => waterfallRows(page, 'call', en.status.ok).count()).toBe(6);
      expect(await runFact(page, en.runs.calls).textContent()).toBe('6');
      expect(await runFact(page, en.runs.retries).textContent()).toBe('1');
      expect(await runFact(page, en.runs.errors).textContent()).toBe('0');
      expect(await runFact(page, en.runs.cost).textContent()).toMatch(/\d/);
    });

    it('shows of the retried call where it went, why, and what came of it', async () => {
      const { page } = opened;
      const attempts = await openRetriedCall(opened);
      await attempts.nth(0).getByText(en.status.error, { exact: true }).waitFor();
      await attempts.nth(1).getByText(en.status.ok, { exact: true }).waitFor();
      const decision = await inspectorTab(page, 'decision');
      await decision.getByText(en.decision.reasons['already-tried']).first().waitFor();
      await decision.getByText(en.decision.chosen).first().waitFor();
    });

    it('shows the request and the response of a call', async () => {
      const { page } = opened;
      await openRow(waterfallRows(page, 'call').first());
      const request = await inspectorTab(page, 'request');
      await request.getByText('Plan the research for this question').last().waitFor();
      const response = await inspectorTab(page, 'response');
      await response.getByText(en.body.toolCall, { exact: true }).first().waitFor();
    });

    it('shows the streamed answer, chunk by chunk received', async () => {
      const { page } = opened;
      await openRow(waterfallRows(page, 'call').last());
      const response = await inspectorTab(page, 'response');
      await response.getByText(/[2-9]\d* chunks|\d{2,} chunks/).waitFor();
      await response.getByText(en.body.incomplete).waitFor({ state: 'detached' });
    });

    it('shows what the agent printed', async () => {
      const { page } = opened;
      await page.getByRole('tab', { name: en.run.views.log, exact: true }).click();
      await page.getByRole('log').getByText('critique: done').waitFor();
    });

    it('keeps the selected span over a reload', async () => {
      const { page } = opened;
      const place = page.url();
      expect(place).toContain('span=');
      const title = await inspector(page).getByRole('heading').first().textContent();
      await page.reload();
      await expect.poll(() => inspector(page).getByRole('heading').first().textContent()).toBe(title);
      expect(page.url()).toBe(place);
    });

    it('deletes the run after asking, by keyboard alone', async () => {
      const { page } = opened;
      await rail(page, 'runs').click();
      await runRows(page, new RegExp(en.status.completed)).waitFor();
      await page.getByRole('grid', { name: en.nav.runs }).focus();
      await page.keyboard.press('Delete');
      const dialog = page.getByRole('alertdialog', { name: en.runs.delete.title });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await runRows(page, new RegExp(en.status.completed)).waitFor();
      await page.keyboard.press('Delete');
      await dialog.getByRole('button', { name: en.runs.delete.confirm }).press('Enter');
      await page.getByText(en.runs.empty).waitFor();
    });
  });
}

/** Opens the calls one after the other until one has two attempts; answers with the list of them. */
async function openRetriedCall({ page }: OpenWindow) {
  const calls = waterfallRows(page, 'call');
  for (let index = 0; index < (await calls.count()); index++) {
    await openRow(calls.nth(index));
    const panel = await inspectorTab(page, 'attempts');
    await panel.getByRole('listitem').first().waitFor();
    if ((await panel.getByRole('listitem').count()) === 2) return panel.getByRole('listitem');
  }
  throw new Error('no call has two attempts');
}
