import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DamagedFile } from './damaged-file.ts';
import { detectCompression, detectFormat, DETECTION_BYTES } from './detect-format.ts';
import type { FormatName } from './names.ts';
import { recordItems, saidOf, written } from './test-record.ts';
import { readWhole, type Read } from './test-source.ts';
import { writeOtlpJson } from './write-otlp-json.ts';

/** Traces of others that are not part of the project; vectors/ has some of each format. */
const FOLDER = new URL('../../../shared/data/traces/', import.meta.url);
const FILES = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:json|gz)$/.test(name))
  : [];

/** No traces, or none of a format that is read; and what is damaged, with the place of the damage. */
const OTHERS = /\.chatml\.json$|processed-3\.json$/;
const DAMAGED: Readonly<Record<string, number>> = { 'speedscope/invalid/incomplete-trace.json': 310 };

function bytesOf(name: string): Uint8Array {
  const given = new Uint8Array(readFileSync(new URL(name, FOLDER)));
  return detectCompression(given) === 'gzip' ? new Uint8Array(gunzipSync(given)) : given;
}

function formatOf(name: string): FormatName | undefined {
  const found = detectFormat(bytesOf(name).subarray(0, DETECTION_BYTES), name);
  return found.ok ? found.value : undefined;
}

async function read(name: string): Promise<Read> {
  return readWhole(formatOf(name)!, bytesOf(name));
}

const READABLE = FILES.filter((name) => !OTHERS.test(name) && !(name in DAMAGED));

describe.skipIf(FILES.length === 0)('the traces under ../shared (skipped where they are absent)', () => {
  it.each(FILES.filter((name) => OTHERS.test(name)))('%s is none', (name) => {
    expect(formatOf(name)).toBeUndefined();
  });

  it.each(Object.entries(DAMAGED))('%s is refused, with the place', async (name, offset) => {
    await expect(read(name)).rejects.toBeInstanceOf(DamagedFile);
    await expect(read(name)).rejects.toMatchObject({ offset });
  });

  it.each(READABLE)('%s is read', async (name) => {
    expect((await read(name)).items.length).toBeGreaterThan(0);
  });

  it.each(READABLE)('%s: written as OTLP and imported again, it gives the same events', async (name) => {
    const first = recordItems((await read(name)).items);
    const text = new TextEncoder().encode(await written(writeOtlpJson(first)));
    const second = recordItems((await readWhole('otlp-json', text)).items);
    expect(saidOf(second, 'as they are')).toEqual(saidOf(first, 'as they are'));
  });

  it.each(READABLE.filter((name) => formatOf(name) === 'chrome'))(
    '%s: each event is a span, a log record, or the other half of a span',
    async (name) => {
      const { items, warnings } = await read(name);
      const events = eventsOf(bytesOf(name));
      const document = items.filter(
        (item) => item.kind === 'log' && item.record.eventName === 'chrome.document',
      );
      const halves = events.filter(({ ph }) => 'BbSEeF'.includes(ph)).length;
      const unmatched = warnings
        .filter(({ code }) => code.startsWith('unmatched'))
        .reduce((sum, { count }) => sum + count, 0);
      expect(items.length - document.length + (halves - unmatched) / 2).toBe(events.length);
    },
  );
});

function eventsOf(bytes: Uint8Array): readonly { readonly ph: string }[] {
  const text = new TextDecoder().decode(bytes).trim();
  const whole = text.startsWith('[') && !text.endsWith(']') ? `${text.replace(/,$/, '')}]` : text;
  const parsed = JSON.parse(whole) as { ph: string }[] | { traceEvents: { ph: string }[] };
  return 'traceEvents' in parsed ? parsed.traceEvents : parsed;
}
