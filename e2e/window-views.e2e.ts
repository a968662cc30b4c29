import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../renderer/app/router.ts';
import { en } from '../renderer/locales/en.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { inspector, openSample, runFact, waterfallRows } from './support/window.ts';

/** Where pictures of the views go, if they are wanted: `SIGNALBOX_SCREENSHOTS=docs/screenshots`, of one shell (`-t headless`). */
const { SIGNALBOX_SCREENSHOTS: pictures } = process.env;

for (const [title, shell] of suitesOf('the views of a run')) {
  describe.skipIf(shell.absent)(title, () => {
    let opened: OpenWindow;
    const show = async (view: RunView) => {
      await opened.page.getByRole('tab', { name: en.run.views[view], exact: true }).click();
    };
    const picture = async (name: string) => {
      if (pictures === undefined) return;
      mkdirSync(pictures, { recursive: true });
      await opened.page.screenshot({ path: join(pictures, `${name}.png`) });
    };
    beforeAll(async () => {
      opened = await shell.open();
      await openSample(opened.page);
      await opened.page.locator('main').getByText(en.status.completed).waitFor();
    });
    afterAll(() => opened?.close());
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('flow: from the agent to what it asks for to who answers, by the keyboard, tidied', async () => {
      const { page } = opened;
      await show('flow');
      const nodes = page.getByRole('listbox', { name: en.run.views.flow });
      await nodes.getByRole('option', { name: /^agent researcher/ }).waitFor();
      await nodes.getByRole('option', { name: /^instance .* 1 failed/ }).waitFor();
      const count = await nodes.getByRole('option').count();
      await nodes.focus();
      await page.keyboard.press('ArrowRight');
      const active = await nodes.getAttribute('aria-activedescendant');
      expect(await page.locator(`[id="${active}"]`).textContent()).toMatch(/^model /);
      await page.getByRole('button', { name: en.flow.arrange }).click();
      await page.getByRole('button', { name: en.flow.arrange, disabled: false }).waitFor();
      expect(await nodes.getByRole('option').count()).toBe(count);
      await picture('flow');
      await nodes.focus();
      await page.keyboard.press('Enter');
      await inspector(page).waitFor();
      await page.keyboard.press('Escape');
      await inspector(page).waitFor({ state: 'detached' });
    });

    it('waterfall: what each call spent its time on, and why it went where it went', async () => {
      const { page } = opened;
      await show('waterfall');
      await waterfallRows(page, 'call').nth(2).click();
      await inspector(page).getByRole('tab', { name: en.run.inspector.tabs.decision }).click();
      await inspector(page)
        .getByText(/small-/)
        .first()
        .waitFor();
      await picture('run');
      await page.keyboard.press('Escape');
      await inspector(page).waitFor({ state: 'detached' });
    });

    it('flame: all spans as boxes under each other', async () => {
      const { page } = opened;
      await show('flame');
      await page.getByRole('group', { name: en.run.views.flame, exact: true }).waitFor();
      await picture('flame');
    });

    it('conversation: what was new for each call, and what it answered', async () => {
      const { page } = opened;
      await page.evaluate(() => void (location.hash = location.hash.replace(/[?&]span=[0-9a-f]+/, '')));
      await show('conversation');
      const calls = Number(await runFact(page, en.runs.calls).textContent());
      const head = (place: number) =>
        page.getByRole('heading', {
          name: en.conversation.place.replace('{{place}}', String(place)).replace('{{count}}', String(calls)),
        });
      await head(calls).waitFor();
      await page.getByRole('article', { name: `user, ${en.conversation.added}` }).waitFor();
      await page
        .getByRole('region', { name: en.conversation.answer })
        .getByText(/append-only log/)
        .waitFor();
      await picture('conversation');
      await page.keyboard.press('k');
      await head(calls - 1).waitFor();
      await page.keyboard.press('j');
      await head(calls).waitFor();
    });
  });
}
