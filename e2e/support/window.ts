import type { Locator, Page } from 'playwright-core';
import { en } from '../../renderer/locales/en.ts';
import type { zh } from '../../renderer/locales/zh.ts';

/** Opens the sample run by its button on the Connect page and waits for the page of the run. */
export async function openSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: en.connect.sample.open }).click();
  await page.waitForURL(/#\/runs\/[0-9a-f]{32}/);
}

export function rail(
  page: Page,
  place: 'connect' | 'runs' | 'services' | 'settings',
  words: typeof en | typeof zh = en,
): Locator {
  return page
    .getByRole('navigation', { name: words.nav.label })
    .getByRole('link', { name: words.nav[place] });
}

/** The grid of recorded runs. */
export function runRows(page: Page, name: string | RegExp): Locator {
  return page.getByRole('grid', { name: en.nav.runs }).getByRole('row', { name });
}

export async function openPalette(page: Page): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('combobox', { name: en.palette.title });
  await palette.waitFor();
  return palette;
}

/** Does what the palette calls by this name. */
export async function command(page: Page, title: string): Promise<void> {
  const palette = await openPalette(page);
  await palette.fill(title);
  await page.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.press('Enter');
  await palette.waitFor({ state: 'detached' });
}

/** The rows of the waterfall whose name begins so: their kind, what they are, and their status. */
export function waterfallRows(page: Page, kind: 'agent' | 'call' | 'attempt', status = ''): Locator {
  return page
    .getByRole('treegrid', { name: en.run.views.waterfall })
    .getByRole('row', { name: new RegExp(`^${en.run.kinds[kind]} .*${status}$`) });
}

/** One figure of the header of a run. */
export function runFact(page: Page, name: string): Locator {
  return page
    .locator('main header dl > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd');
}

export function inspector(page: Page, words: typeof en | typeof zh = en): Locator {
  return page.getByRole('complementary', { name: words.run.inspector.title });
}

export async function inspectorTab(
  page: Page,
  tab: keyof typeof en.run.inspector.tabs,
  words: typeof en | typeof zh = en,
): Promise<Locator> {
  const panel = inspector(page, words);
  await panel.getByRole('tab', { name: words.run.inspector.tabs[tab], exact: true }).click();
  return panel.getByRole('tabpanel');
}

/** Clicks the label of a row: the rest of it lies beneath the chart. */
export function openRow(row: Locator): Promise<void> {
  return row.getByRole('gridcell').first().click();
}
