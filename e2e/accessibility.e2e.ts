import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../renderer/locales/en.ts';
import { zh } from '../renderer/locales/zh.ts';
import { shells, type OpenWindow } from './support/shells.ts';
import { openSample } from './support/window.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VECTORS = join(import.meta.dirname, '..', 'core', 'formats', 'vectors');
const WORDS = { en, zh } as const;
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'zh'] as const;

/** The pages are the same whatever shows them: one shell is enough. */
const [browserShell] = shells;

describe('axe finds nothing serious', () => {
  let opened: OpenWindow;
  let run = '';
  beforeAll(async () => {
    opened = await browserShell!.open();
    await openSample(opened.page);
    run = /#\/runs\/([0-9a-f]{32})/.exec(opened.page.url())![1]!;
    await opened.page.getByText(en.status.completed).first().waitFor({ timeout: 40_000 });
  });
  afterAll(() => opened?.close());
  afterEach(() => {
    expect(opened.problems).toEqual([]);
  });

  it('would find one', async () => {
    const { page } = opened;
    await page.evaluate(() => document.body.append(document.createElement('button')));
    expect(await seriousViolations(page)).toEqual([expect.stringContaining('button-name')]);
    await page.reload();
  });

  const looks = THEMES.flatMap((theme) => LANGUAGES.map((language) => ({ theme, language })));
  describe.each(looks)('$theme, $language', ({ theme, language }) => {
    beforeAll(async () => {
      const preferences = JSON.stringify({ theme, language });
      await opened.page.evaluate(
        (saved) => localStorage.setItem('signalbox.preferences', saved),
        preferences,
      );
      await opened.page.reload();
      await opened.page.getByRole('navigation', { name: WORDS[language].nav.label }).waitFor();
    });

    const places = [
      ['connect', '#/connect'],
      ['runs', '#/runs'],
      ['services', '#/services'],
      ['monitor', '#/performance'],
      ['settings', '#/settings'],
      ['run, waterfall', '#/runs/RUN'],
      ['run, table', '#/runs/RUN?view=table'],
      ['run, log', '#/runs/RUN?view=log'],
    ] as const;
    it.each(places)('%s', async (_, hash) => {
      await goTo(opened.page, hash.replace('RUN', run));
      expect(await seriousViolations(opened.page)).toEqual([]);
    });

    it('run, with the inspector of a call', async () => {
      await goTo(opened.page, `#/runs/${run}?view=table`);
      const grid = opened.page.getByRole('grid').first();
      await grid.getByRole('row').nth(2).click();
      await opened.page.waitForURL(/span=/);
      expect(await seriousViolations(opened.page)).toEqual([]);
    });

    it('services, with an instance opened', async () => {
      const { page } = opened;
      await goTo(page, '#/services');
      await page.getByRole('button', { name: 'small-1', exact: true }).click();
      await page.getByText(WORDS[language].services.contextWindow).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('the form of a new instance, with what is wrong in it', async () => {
      const { page } = opened;
      await goTo(page, '#/services');
      await page.getByRole('button', { name: WORDS[language].services.add.open }).click();
      await page.keyboard.press('Enter');
      await page.getByText(WORDS[language].services.add.problems.needed).first().waitFor();
      const found = await seriousViolations(page);
      await page.keyboard.press('Escape');
      expect(found).toEqual([]);
    });

    it('the form of a key, with what is wrong in it', async () => {
      const { page } = opened;
      await goTo(page, '#/settings');
      await page.getByRole('button', { name: WORDS[language].keys.store }).click();
      await page.keyboard.press('Enter');
      await page.getByText(WORDS[language].keys.needed).waitFor();
      const found = await seriousViolations(page);
      await page.keyboard.press('Escape');
      expect(found).toEqual([]);
    });

    it('the decisions of a call', async () => {
      const { page } = opened;
      await goTo(page, `#/runs/${run}?view=table`);
      await page.getByRole('grid').first().getByRole('row').nth(2).click();
      await page.getByRole('tab', { name: WORDS[language].run.inspector.tabs.decision }).click();
      await page.getByText(WORDS[language].decision.task.title).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('the form of an import, with why nothing came of it', async () => {
      const { page } = opened;
      const words = WORDS[language].importing;
      const dialog = await importFile(page, language, 'speedscope-incomplete.json');
      await dialog.getByRole('alert').waitFor();
      await page.waitForTimeout(250);
      const found = await seriousViolations(page);
      await dialog.getByRole('button', { name: words.cancel }).click();
      expect(found).toEqual([]);
    });

    it('an import of what is not in order', async () => {
      const { page } = opened;
      const words = WORDS[language].importing;
      const dialog = await importFile(page, language, 'zipkin-skew.json');
      await dialog.getByText(words.warned).waitFor();
      await page.waitForTimeout(250);
      const found = await seriousViolations(page);
      await dialog.getByRole('button', { name: words.openRun }).click();
      await page.getByText(/Zipkin.*zipkin-skew\.json/).waitFor();
      expect([...found, ...(await seriousViolations(page))]).toEqual([]);
    });

    it('the menu of formats', async () => {
      const { page } = opened;
      const words = WORDS[language].run.export;
      await goTo(page, `#/runs/${run}`);
      await page.getByRole('button', { name: words.to.file }).press('ArrowDown');
      await page.getByRole('menuitem', { name: words.formats.har }).waitFor();
      const found = await seriousViolations(page);
      await page.keyboard.press('Escape');
      expect(found).toEqual([]);
    });

    it('the palette', async () => {
      await goTo(opened.page, '#/connect');
      await opened.page.keyboard.press('ControlOrMeta+k');
      await opened.page.getByRole('combobox', { name: WORDS[language].palette.title }).waitFor();
      const found = await seriousViolations(opened.page);
      await opened.page.keyboard.press('Escape');
      expect(found).toEqual([]);
    });
  });
});

async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = to), hash);
  await page.locator('main h1').first().waitFor();
  // Motion ends within 150 ms; colours half-way are nobody's contrast.
  await page.waitForTimeout(250);
}

/** Begins the import of a file in core/formats/vectors. */
async function importFile(page: Page, language: 'en' | 'zh', file: string): Promise<Locator> {
  const words = WORDS[language].importing;
  await goTo(page, '#/runs');
  await page.getByRole('button', { name: words.open }).click();
  const dialog = page.getByRole('dialog', { name: words.title });
  await dialog.getByLabel(words.path).fill(join(VECTORS, file));
  await page.keyboard.press('Enter');
  return dialog;
}

/** As `rule: selector, selector`: enough to find them. */
async function seriousViolations(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which the page's strict content policy leaves alone.
  await page.evaluate(`void (() => { const module = undefined; ${AXE} })()`);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
