import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../core/api/contract.ts';
import type { WriterName } from '../core/formats/names.ts';
import { recordRun } from '../core/journal/recorded-events.ts';
import { exportRun } from '../core/node/export-run.ts';
import { installation } from '../core/node/installation.ts';
import { openStore } from '../core/node/store/store.ts';
import { en } from '../renderer/locales/en.ts';
import { shells, suitesOf, type OpenWindow } from './support/shells.ts';
import { command, rail, runRows } from './support/window.ts';

const vector = (name: string) => join(import.meta.dirname, '..', 'core', 'formats', 'vectors', name);
const words = en.importing;

for (const [title, shell] of suitesOf('import and export')) {
  describe.skipIf(shell.absent)(title, () => {
    let opened: OpenWindow;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'signalbox-import-'));
      opened = await shell.open();
    });
    afterAll(async () => {
      await opened?.close();
      rmSync(folder, { recursive: true });
    });
    afterEach(() => {
      expect(opened.problems).toEqual([]);
    });

    it('a file in order is a run at once, which says where it comes from', async () => {
      const { page } = opened;
      const dialog = await openDialog(page);
      await dialog.getByLabel(words.path).fill(vector('speedscope-evented.json'));
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/runs\/[0-9a-f]{32}/);
      await dialog.waitFor({ state: 'detached' });
      const from = 'imported from speedscope, speedscope-evented.json';
      await page.locator('main header').getByText(from).waitFor();
      await rail(page, 'runs').click();
      await runRows(page, /speedscope-evented\.json imported from speedscope\b/).waitFor();
    });

    it('what was not in order is counted before the run is opened', async () => {
      const { page } = opened;
      await command(page, words.open);
      const dialog = page.getByRole('dialog', { name: words.title });
      await dialog.getByLabel(words.path).fill(vector('jaeger-parent-cycle.json'));
      await dialog.getByLabel(words.format, { exact: true }).selectOption('jaeger');
      await dialog.getByLabel(words.name, { exact: true }).fill('in a ring');
      await dialog.getByRole('button', { name: words.confirm, exact: true }).click();
      await dialog
        .getByRole('listitem')
        .filter({ hasText: /^[1-9]\d*spans in a ring of parents/ })
        .waitFor();
      await dialog.getByRole('button', { name: words.openRun }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: /in a ring/, level: 1 }).waitFor();
      await rail(page, 'runs').click();
      await runRows(page, /in a ring imported from Jaeger, jaeger-parent-cycle\.json/).waitFor();
    });

    it('a damaged file is refused with the place of the damage, and what was typed stays', async () => {
      const { page } = opened;
      const dialog = await openDialog(page);
      const path = dialog.getByLabel(words.path);
      await page.keyboard.press('Enter');
      await dialog.getByText(words.needed).waitFor();
      await path.fill(vector('speedscope-incomplete.json'));
      await dialog.getByLabel(words.name, { exact: true }).fill('never');
      await page.keyboard.press('Enter');
      await dialog
        .getByRole('alert')
        .getByText(/byte \d+ \(line \d+, column \d+\)/)
        .waitFor();
      expect(await path.inputValue()).toBe(vector('speedscope-incomplete.json'));
      expect(await dialog.getByLabel(words.name, { exact: true }).inputValue()).toBe('never');
      await path.fill(join(folder, 'absent.json'));
      await page.keyboard.press('Enter');
      await dialog
        .getByRole('alert')
        .getByText(/absent\.json cannot be read/)
        .waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await runRows(page, /never/).count()).toBe(0);
    });

    it('a cancelled import leaves nothing, and its form can be closed', async () => {
      const { page } = opened;
      const large = join(folder, 'large.json');
      writeFileSync(large, zipkin(150_000));
      const dialog = await openDialog(page);
      await dialog.getByLabel(words.path).fill(large);
      await page.keyboard.press('Enter');
      const bar = dialog.getByRole('progressbar', { name: /[1-9][\d,]* spans$/ });
      await bar.waitFor();
      // A press beside it is no answer.
      await page.mouse.click(5, 5);
      expect(await bar.count()).toBe(1);
      await dialog.getByRole('button', { name: words.cancel }).click();
      await dialog.getByText(words.cancelled).waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await runRows(page, /large/).count()).toBe(0);
    });

    it('a run is handed out in each format', async () => {
      const { page } = opened;
      await rail(page, 'runs').click();
      await runRows(page, /speedscope-evented/).dblclick();
      await page.waitForURL(/#\/runs\/[0-9a-f]{32}/);
      const texts = new Map<WriterName, unknown>();
      for (const format of ['otlp-json', 'chrome', 'speedscope', 'har'] as const) {
        texts.set(format, JSON.parse(await exportAs(page, format)));
      }
      expect(Object.fromEntries(texts)).toMatchObject({
        'otlp-json': { resourceSpans: expect.any(Array) },
        chrome: { traceEvents: expect.any(Array) },
        speedscope: { profiles: expect.any(Array) },
        har: { log: { entries: expect.any(Array) } },
      });
      expect(await exportAs(page, 'html')).toMatch(/^<!doctype html>/);
    });
  });
}

describe('a run with a recording gap', () => {
  let opened: OpenWindow;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-gap-'));
    opened = await shells[0]!.open();
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true });
  });

  it('says so in its header, with the reason, and leads to its log', async () => {
    const { page } = opened;
    const bundle = join(folder, 'gap.zst');
    writeFileSync(bundle, await bundleWithGap(join(folder, 'journal.db'), 'the disk is full'));
    const dialog = await openDialog(page);
    await dialog.getByLabel(words.path).fill(bundle);
    await page.keyboard.press('Enter');
    const sign = page.locator('main header').getByRole('link', { name: en.run.gaps_one });
    await expect
      .poll(() => sign.getAttribute('title'))
      .toMatch(/Events 2 to 4 are missing: the disk is full/);
    await sign.click();
    await page.getByRole('log').getByText('the disk is full').waitFor();
    // The playhead steps over what is missing, both ways.
    const moment = page.locator('.transport-at');
    await page.keyboard.press('h');
    await moment.getByText('event 1 of 6').waitFor();
    await page.keyboard.press(']');
    await moment.getByText('event 4 of 6').waitFor();
    await page.keyboard.press(']');
    await moment.getByText('event 5 of 6').waitFor();
    await page.keyboard.press('[');
    await moment.getByText('event 4 of 6').waitFor();
    await page.keyboard.press('[');
    await moment.getByText('event 1 of 6').waitFor();
  });
});

async function openDialog(page: Page): Promise<Locator> {
  await rail(page, 'runs').click();
  await page.getByRole('button', { name: words.open }).click();
  const dialog = page.getByRole('dialog', { name: words.title });
  await dialog.waitFor();
  return dialog;
}

/** What a run is in a format: of a file where the window may save one, else from the clipboard. */
async function exportAs(page: Page, format: WriterName): Promise<string> {
  const target = (await page.evaluate(() => 'signalbox' in window)) ? 'clipboard' : 'file';
  const downloaded = target === 'file' ? page.waitForEvent('download') : undefined;
  await page.getByRole('button', { name: en.run.export.to[target] }).click();
  await page.getByRole('menuitem', { name: en.run.export.formats[format] }).click();
  const download = await downloaded;
  if (!download) {
    await page.getByText(`${en.run.export.formats[format]} is on the clipboard.`).waitFor();
    return pasted(page);
  }
  expect(download.suggestedFilename()).toMatch(/^speedscope-evented\.json\..+/);
  await page.getByText(`Saved as ${download.suggestedFilename()}`).waitFor();
  return readFileSync(await download.path(), 'utf8');
}

/** The page may write to the clipboard and not read it; whoever sits before it may paste. */
async function pasted(page: Page): Promise<string> {
  await page.keyboard.press('ControlOrMeta+k');
  const field = page.getByRole('combobox', { name: en.palette.title });
  await field.waitFor();
  await page.keyboard.press('ControlOrMeta+v');
  const text = await field.inputValue();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  return text;
}

function zipkin(spans: number): string {
  const id = (index: number) => (index + 1).toString(16).padStart(16, '0');
  const all = Array.from({ length: spans }, (_, index) => ({
    traceId: 'a'.repeat(32),
    id: id(index),
    ...(index > 0 && { parentId: id(0) }),
    name: `span ${index}`,
    timestamp: 1_700_000_000_000_000 + index,
    duration: spans,
  }));
  return JSON.stringify(all);
}

/** A run of which three events could not be recorded, as a store has it and gives it out. */
async function bundleWithGap(file: string, reason: string): Promise<Buffer> {
  const store = await openStore({ worker: installation.storeWorker, file });
  try {
    const { recorder, events } = recordRun('with a gap');
    for (let line = 0; line < 4; line++)
      recorder.append('log-written', { stream: 'stdout', text: `${line}` });
    recorder.append('run-ended', { status: 'completed' });
    const [first, , , last, ...rest] = events as [JournalEvent, JournalEvent, JournalEvent, JournalEvent];
    const gap: JournalEvent = { ...last, type: 'recording-gap', data: { from: 2, reason } };
    for (const event of [first, gap, ...rest]) store.append(event);
    await store.flush();
    const pieces: Uint8Array[] = [];
    const bundle = (await exportRun(store, recorder.runId, 'signalbox', '0'))!;
    for await (const piece of bundle) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  } finally {
    await store.close();
  }
}
