import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../renderer/locales/en.ts';
import { zh } from '../renderer/locales/zh.ts';
import { callOnce } from './support/call.ts';
import {
  configFor,
  startScriptedUpstream,
  wholeCompletion,
  type ScriptedUpstream,
} from './support/scripted-upstream.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { command, openPalette, rail, runRows } from './support/window.ts';

for (const [title, shell] of suitesOf('the window')) {
  describe.skipIf(shell.absent)(title, () => {
    let upstream: ScriptedUpstream;
    let opened: OpenWindow;
    beforeAll(async () => {
      upstream = await startScriptedUpstream(() => ({ chunks: [wholeCompletion('raw', 'hi')] }));
      opened = await shell.open({ config: configFor([upstream.baseUrl]) });
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
      const row = page.getByRole('row').nth(1);
      await row.getByRole('button', { name: new RegExp(en.services.isolate) }).click();
      await row.getByText(en.services.breakers.isolated).waitFor();
      await row.getByRole('button', { name: new RegExp(en.services.restore) }).click();
      await row.getByText(en.services.breakers.closed).waitFor();
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
