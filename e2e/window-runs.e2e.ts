import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../renderer/locales/en.ts';
import { callOnce } from './support/call.ts';
import {
  configFor,
  startScriptedUpstream,
  wholeCompletion,
  type ScriptedUpstream,
} from './support/scripted-upstream.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { openSample, rail, runRows } from './support/window.ts';

for (const [title, shell] of suitesOf('the list of runs')) {
  describe.skipIf(shell.absent)(title, () => {
    let upstream: ScriptedUpstream;
    let opened: OpenWindow;
    const filter = () => opened.page.getByRole('combobox', { name: en.filter.label });
    const option = (name: string) => opened.page.getByRole('option', { name });
    const rowsAre = async (count: number) => {
      await expect.poll(() => runRows(opened.page, /./).count()).toBe(count + 1);
    };
    beforeAll(async () => {
      upstream = await startScriptedUpstream(() => ({ chunks: [wholeCompletion('raw', 'hi')] }));
      opened = await shell.open({ config: configFor([upstream.baseUrl]) });
      await openSample(opened.page);
      await callOnce(opened.dataPlane);
      await rail(opened.page, 'runs').click();
      await runRows(opened.page, /./).nth(2).waitFor();
    });
    afterAll(async () => {
      await opened?.close();
      await upstream?.close();
    });
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('is filtered from the keyboard: a field, an operator, a value', async () => {
      const { page } = opened;
      await page.keyboard.press('/');
      await page.keyboard.type('sou');
      await option('source').waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.keyboard.type('sam');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'source == "sample"', exact: true }).waitFor();
      await rowsAre(1);
      await runRows(page, new RegExp(en.runs.source.sample)).waitFor();
    });

    it('keeps the filter in its address, over a reload', async () => {
      const { page } = opened;
      await page.reload();
      await page.getByRole('button', { name: 'source == "sample"', exact: true }).waitFor();
      await rowsAre(1);
    });

    it('keeps a filter for later, and offers it', async () => {
      const { page } = opened;
      await page.getByRole('button', { name: en.filter.save }).click();
      await page.getByRole('button', { name: en.filter.forget }).waitFor();
      await page
        .getByRole('button', { name: en.filter.remove.replace('{{condition}}', 'source == "sample"') })
        .click();
      await rowsAre(2);
      await filter().click();
      await option('source == "sample"').click();
      await rowsAre(1);
    });

    it('says what is wrong with a condition, and where, and lets it be changed', async () => {
      const { page } = opened;
      await filter().fill('call > 3');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('did you mean calls?').waitFor();
      await page.keyboard.press('Backspace');
      await expect.poll(() => filter().inputValue()).toBe('call > 3');
      await filter().fill('calls > 3000');
      await page.keyboard.press('Enter');
      await page.getByText(en.runs.noneFound).waitFor();
      await page.getByRole('button', { name: en.runs.showAll }).click();
      await rowsAre(2);
    });

    it('pins a run by its key, and says so in its row', async () => {
      const { page } = opened;
      const pinned = runRows(page, new RegExp(en.runs.pinned));
      await page.getByRole('grid', { name: en.nav.runs }).focus();
      await page.keyboard.press('p');
      await pinned.waitFor();
      await page.keyboard.press('p');
      await pinned.waitFor({ state: 'detached' });
    });
  });
}
