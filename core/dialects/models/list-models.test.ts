import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { describeModel, listModels } from './list-models.ts';

const NAMES = ['assistant', 'fast', 'up/raw'];
const ids = (list: object) => (list as { data: readonly { id: string }[] }).data.map(({ id }) => id);

describe('a list of models', () => {
  it('and one of them are what the openai SDK reads', async () => {
    const openai = new OpenAI({
      apiKey: 'sk-test',
      baseURL: 'http://upstream.test/v1',
      fetch: async (url) =>
        Response.json(
          new Request(url).url.endsWith('/models')
            ? listModels('openai', NAMES, 7)
            : describeModel('openai', 'fast', 7),
        ),
    });
    const seen = [];
    for await (const { id } of openai.models.list()) seen.push(id);
    expect(seen).toEqual(NAMES);
    expect(await openai.models.retrieve('fast')).toEqual({
      id: 'fast',
      object: 'model',
      created: 7,
      owned_by: 'signalbox',
    });
  });

  it('is in Anthropic’s shape for its clients', () => {
    expect(describeModel('anthropic', 'fast', 0)).toEqual({
      type: 'model',
      id: 'fast',
      display_name: 'fast',
      created_at: '1970-01-01T00:00:00.000Z',
    });
    expect(listModels('anthropic', NAMES, 0)).toMatchObject({
      has_more: false,
      first_id: 'assistant',
      last_id: 'up/raw',
    });
    expect(listModels('anthropic', [], 0)).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it.each([
    [{ limit: 2 }, ['assistant', 'fast'], true],
    [{ limit: 2, after: 'fast' }, ['up/raw'], false],
    [{ limit: 1, after: 'assistant' }, ['fast'], true],
    [{ before: 'up/raw' }, ['assistant', 'fast'], false],
    [{ limit: 1, before: 'up/raw' }, ['fast'], true],
    [{ after: 'up/raw' }, [], false],
    [{ after: 'unknown' }, NAMES, false],
    [{ before: 'unknown', limit: 1 }, ['up/raw'], true],
  ])('comes in pages for its clients: %j', (page, shown, more) => {
    const list = listModels('anthropic', NAMES, 0, page);
    expect(ids(list)).toEqual(shown);
    expect(list).toMatchObject({ has_more: more });
  });

  it('has no pages for OpenAI’s', () => {
    expect(ids(listModels('openai', NAMES, 0, { limit: 1 }))).toEqual(NAMES);
  });
});
