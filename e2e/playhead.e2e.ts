import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../renderer/locales/en.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { inspector, inspectorTab, openRow, openSample, runFact, waterfallRows } from './support/window.ts';

for (const [title, shell] of suitesOf('the playhead')) {
  describe.skipIf(shell.absent)(title, () => {
    let opened: OpenWindow;
    beforeAll(async () => {
      opened = await shell.open();
      await openSample(opened.page);
      await opened.page.locator('.run-header').getByText(en.status.completed).waitFor({ timeout: 30_000 });
    });
    afterAll(() => opened?.close());
    afterEach(() => expect(opened.problems).toEqual([]));

    it('at the beginning there is an agent that runs, and nothing else, in every view', async () => {
      const { page } = opened;
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).toBe('6');
      await page.keyboard.press('h');
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).toBe('0');
      await page.locator('.run-header').getByText(en.status.running).waitFor();
      await expect.poll(() => waterfallRows(page, 'call').count()).toBe(0);
      expect(await waterfallRows(page, 'agent', en.status.running).count()).toBe(1);
      await view(page, 'table');
      await expect.poll(() => page.getByRole('grid').getByRole('row').count()).toBe(2);
      await view(page, 'log');
      await page.getByText(en.log.empty).waitFor();
    });

    it('goes from span to span and from event to event, and shows a call as it was then', async () => {
      const { page } = opened;
      await view(page, 'waterfall');
      for (let step = 0; step < 20 && (await waterfallRows(page, 'call').count()) === 0; step++) {
        await page.keyboard.press('}');
        await page.waitForTimeout(150);
      }
      const call = waterfallRows(page, 'call', en.status.running);
      await call.waitFor();
      await openRow(call);
      const answer = await inspectorTab(page, 'response');
      await answer.getByText(en.body.running).waitFor();
      const before = await moment(page).textContent();
      await page.keyboard.press(']');
      await expect.poll(() => moment(page).textContent()).not.toBe(before);
      await page.keyboard.press('[');
      await expect.poll(() => moment(page).textContent()).toBe(before);
    });

    it('comes back to the end, and shows what came of the call', async () => {
      const { page } = opened;
      await page.keyboard.press('l');
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).toBe('6');
      await inspector(page).getByText(en.status.ok, { exact: true }).first().waitFor();
      await view(page, 'log');
      await page.getByRole('log').getByText('critique: done').waitFor();
    });

    it('plays from the beginning to the end', async () => {
      const { page } = opened;
      await view(page, 'waterfall');
      await page.getByLabel(en.run.transport.speed).selectOption('10');
      await page.getByRole('button', { name: en.run.transport.play }).click();
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).not.toBe('6');
      await expect.poll(() => runFact(page, en.runs.calls).textContent(), { timeout: 15_000 }).toBe('6');
      await page.getByRole('button', { name: en.run.transport.play }).waitFor();
    });

    it('stands where the slider is put', async () => {
      const { page } = opened;
      const slider = page.getByLabel(en.run.transport.time);
      await slider.focus();
      await page.keyboard.press('Home');
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).toBe('0');
      await page.keyboard.press('End');
      await expect.poll(() => runFact(page, en.runs.calls).textContent()).toBe('6');
    });
  });
}

function moment(page: Page) {
  return page.locator('.transport-at');
}

async function view(page: Page, name: 'waterfall' | 'log' | 'table'): Promise<void> {
  await page.getByRole('tab', { name: en.run.views[name], exact: true }).click();
}
