import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tracesOf, type JsonSpan } from '../core/journal/otlp/test-export.ts';
import { RUN_VIEWS, type RunView } from '../renderer/app/router.ts';
import { en } from '../renderer/locales/en.ts';
import { callOnce } from './support/call.ts';
import { suitesOf, type OpenWindow } from './support/shells.ts';
import { inspector, openSample } from './support/window.ts';

/** More than are put into lanes at once: a worker does it. */
const MANY = 9_000;

for (const [title, shell] of suitesOf('the flame')) {
  // One after the other: each goes on where the one before it left the window.
  describe.skipIf(shell.absent)(title, () => {
    let opened: OpenWindow;
    beforeAll(async () => {
      opened = await shell.open();
      await openSample(opened.page);
      await opened.page.getByText(en.status.completed).first().waitFor({ timeout: 40_000 });
    });
    afterAll(() => opened?.close());
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('shows the spans of a run, and the one that is selected in every view', async () => {
      const { page } = opened;
      await page.getByRole('tab', { name: en.run.views.flame }).click();
      await heaviest(page)
        .getByRole('row', { name: /chat\.completions/ })
        .first()
        .waitFor();
      await chart(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
      const path = page.getByRole('navigation', { name: en.flame.path });
      await path.getByRole('button', { name: 'large-1' }).waitFor();
      await page.waitForURL(/span=[0-9a-f]{16}/);
      await page.keyboard.press('ArrowUp');
      await path.getByRole('button', { name: 'large-1' }).waitFor({ state: 'detached' });
      await page.keyboard.press(keyOf('waterfall'));
      await page.keyboard.press(keyOf('flame'));
      await path.getByRole('button', { name: 'chat.completions' }).waitFor();
    });

    it('opens what is clicked', async () => {
      const { page } = opened;
      const { width } = (await chart(page).boundingBox())!;
      // The lane of the run itself, wherever its calls are.
      await chart(page).click({ position: { x: width / 2, y: 10 } });
      await inspector(page).waitFor();
      await page.keyboard.press('Escape');
    });

    it('comes closer by wheel and keys, and shows everything again', async () => {
      const { page } = opened;
      const before = await pixels(page);
      const { x, y, width } = (await chart(page).boundingBox())!;
      await page.mouse.move(x + width / 2, y + 30);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -400);
      await page.keyboard.up('Control');
      await expect.poll(() => pixels(page)).not.toBe(before);
      const closer = await pixels(page);
      await chart(page).focus();
      await page.keyboard.press('w');
      await expect.poll(() => pixels(page)).not.toBe(closer);
      await page.keyboard.press('Escape');
      await page.mouse.move(0, 0);
      await expect.poll(() => pixels(page)).toBe(before);
    });

    it('weighs paths of names by tokens and cost', async () => {
      const { page } = opened;
      await page.getByLabel(en.flame.order).selectOption('heavy');
      await page.getByLabel(en.flame.weight).selectOption('tokens');
      const first = heaviest(page).getByRole('row').nth(1);
      await expect.poll(() => first.textContent()).toMatch(/researcher.*1\.5k/);
      await page.getByLabel(en.flame.weight).selectOption('cost');
      await expect.poll(() => first.textContent()).toMatch(/\$0\.00/);
      await page.getByLabel(en.flame.order).selectOption('time');
    });

    it(`lays out ${MANY} spans beside the window, and marks what was looked for`, async () => {
      const { page, dataPlane } = opened;
      const { run } = await callOnce(dataPlane, { model: 'large-1' });
      const now = BigInt(Date.now()) * 1_000_000n;
      const response = await fetch(`${dataPlane}/r/${run}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(tracesOf(Array.from({ length: MANY }, (_, index) => reported(index, now)))),
      });
      expect(response.status).toBe(200);
      await page.evaluate((to) => void (location.hash = to), `#/runs/${run}?view=flame`);
      await heaviest(page)
        .getByRole('row', { name: /step 9/ })
        .first()
        .waitFor({ timeout: 30_000 });
      const before = await pixels(page);
      await page.getByRole('searchbox', { name: en.flame.search }).fill('step 9');
      await expect.poll(() => pixels(page)).not.toBe(before);
    });
  });
}

/** One after the other, from the moment `now` on. */
function reported(index: number, now: bigint): JsonSpan {
  const start = now + BigInt(index) * 1_000_000n;
  return {
    traceId: 'ab'.repeat(16),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: `step ${index % 10}`,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 900_000n + BigInt(index % 10)),
  };
}

function chart(page: Page): Locator {
  return page.getByRole('group', { name: en.run.views.flame, exact: true });
}

/** What the chart says to those who do not see it. */
function heaviest(page: Page): Locator {
  return page.getByRole('table', { name: /heaviest/ });
}

/** What is on the canvas, as text to compare. */
function pixels(page: Page): Promise<string> {
  return page.locator('.flame-stage canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
}

/** Views have the numbers of their tabs as keys. */
function keyOf(view: RunView): string {
  return String(RUN_VIEWS.indexOf(view) + 1);
}
