import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationMessage } from '../../../../core/dialects/conversation/message.ts';
import { compareMessages, compareSurroundings, sharedStart } from './compare-messages.ts';

const said = (role: string, text: string): ConversationMessage => ({ role, parts: [{ kind: 'text', text }] });
const [system, question, answer] = [
  said('system', 'be brief'),
  said('user', 'why?'),
  said('assistant', 'so.'),
];
const kindsOf = (before: readonly ConversationMessage[], now: readonly ConversationMessage[]) =>
  compareMessages(before, now).map(({ kind }) => kind);

describe('the messages of a request beside those of the one before', () => {
  it('are kept where the history only grows', () => {
    expect(kindsOf([system, question], [system, question, answer, said('user', 'and then?')])).toEqual([
      'kept',
      'kept',
      'added',
      'added',
    ]);
  });

  it('have changed where one of the same role takes their place', () => {
    const changed = compareMessages(
      [system, question, answer],
      [said('system', 'be long'), question, answer],
    );
    expect(changed.map(({ kind }) => kind)).toEqual(['changed', 'kept', 'kept']);
    expect(changed[0]).toMatchObject({ before: system });
  });

  it('are removed where the history was shortened', () => {
    const last = said('user', 'and then?');
    expect(kindsOf([system, question, answer, last], [system, last])).toEqual([
      'kept',
      'removed',
      'removed',
      'kept',
    ]);
    expect(kindsOf([system, question], [])).toEqual(['removed', 'removed']);
  });

  it('give both requests again, whatever became of them', () => {
    const message = fc
      .tuple(fc.constantFrom('user', 'assistant', 'tool'), fc.constantFrom('a', 'b', 'c'))
      .map(([role, text]) => said(role, text));
    const messages = fc.array(message, { maxLength: 12 });
    fc.assert(
      fc.property(messages, messages, (before, now) => {
        const changes = compareMessages(before, now);
        expect(changes.flatMap((one) => (one.kind === 'removed' ? [] : [one.message]))).toEqual(now);
        const old = changes.flatMap((one) => {
          if (one.kind === 'added') return [];
          return [one.kind === 'changed' ? one.before : one.message];
        });
        expect(old.map((one) => JSON.stringify(one)).toSorted()).toEqual(
          before.map((one) => JSON.stringify(one)).toSorted(),
        );
        const isSame = sharedStart(before, now) === before.length && before.length === now.length;
        expect(changes.every(({ kind }) => kind === 'kept')).toBe(isSame);
      }),
    );
  });
});

it('tools and settings are compared by their names', () => {
  const before = {
    messages: [],
    tools: ['search', 'read'],
    settings: [
      ['temperature', '0'],
      ['seed', '1'],
    ],
  } as const;
  const now = {
    messages: [],
    tools: ['read', 'write'],
    settings: [
      ['temperature', '1'],
      ['seed', '1'],
    ],
  } as const;
  expect(compareSurroundings(before, now)).toEqual({
    toolsAdded: ['write'],
    toolsRemoved: ['search'],
    settings: [{ name: 'temperature', before: '0', now: '1' }],
  });
});
