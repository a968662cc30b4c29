import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestBench } from '../test-host.ts';
import { BUNDLED_LIST, fetchPriceList, loadPriceList } from './stored-list.ts';

const bench = createTestBench();
const dir = mkdtempSync(join(tmpdir(), 'signalbox-prices-'));
const file = join(dir, 'prices.json');
afterEach(async () => {
  await bench.close();
  rmSync(file, { force: true });
});

const openai = { endpoint: 'https://api.openai.com/v1', provider: 'openai' };
const now = new Date('2026-11-21T10:00:00Z');

function listWith(price: number): string {
  const model = (id: string, input: number) => ({
    id,
    match: { equals: id },
    prices: { input_mtok: input, output_mtok: 1 },
  });
  const provider = {
    id: 'openai',
    name: 'OpenAI',
    api_pattern: 'https://api\\.openai\\.com',
    models: [model('gpt-4o', 2.5), model('new', price)],
  };
  return JSON.stringify([provider]);
}

async function fetched(answer: string, status = 200) {
  const server = await bench.upstream((_, response) =>
    response.writeHead(status, { location: '/x' }).end(answer),
  );
  return fetchPriceList(file, now, `${server.endpoint}/data.json`);
}

describe('the price list', () => {
  it('is the one that comes along, unless another was fetched', async () => {
    expect(loadPriceList(file).list.source).toBe(BUNDLED_LIST);
    expect(await fetched(listWith(7))).toEqual({ ok: true, value: { providers: 1, models: 2 } });
    const { list, problem } = loadPriceList(file);
    expect(problem).toBeUndefined();
    expect(list.source).toMatch(/^genai-prices of 2026-11-21 \([0-9a-f]{8}\)$/);
    expect(list.find(openai, 'new', now.getTime())?.rates.input).toBe(7);
  });

  it.each([
    ['nobody answers', undefined, 200, /cannot be reached \(/],
    ['an error is answered', 'no', 503, /answered 503$/],
    ['it is to be had elsewhere', '', 302, /cannot be reached/],
    ['something else is answered', '<html>', 200, /is no price list: /],
    ['it knows nothing', '[]', 200, /is no price list: it has no price for gpt-4o$/],
    ['it is damaged', listWith(1).replace('"prices"', '"prizes"'), 200, /is no price list: /],
  ])('stays as it is where %s', async (_, answer, status, expected) => {
    await fetched(listWith(7));
    const before = readFileSync(file, 'utf8');
    const failed =
      answer === undefined
        ? await fetchPriceList(file, now, 'http://127.0.0.1:1/')
        : await fetched(answer, status);
    expect(failed).toMatchObject({ ok: false, error: expect.stringMatching(expected) });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['is no JSON', '{'],
    ['lacks something', '{}'],
    ['was changed', undefined],
  ])('is the one that comes along where the file %s', async (_, content) => {
    await fetched(listWith(7));
    writeFileSync(file, content ?? readFileSync(file, 'utf8').replace('new', 'neu'));
    const { list, problem } = loadPriceList(file);
    expect(list.source).toBe(BUNDLED_LIST);
    expect(problem).toContain('signalbox prices refresh');
  });
});
