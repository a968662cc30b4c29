import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitBody } from './body-parts.ts';

const message = (content: string) => ({ role: 'user', content });

describe('the parts of a body', () => {
  it('joined are the body, whatever it is', () => {
    const anyText = fc.string({ minLength: 1, maxLength: 3000 });
    const anyBody = fc
      .tuple(fc.array(fc.jsonValue()), fc.string({ minLength: 1100, maxLength: 1200 }), fc.constantFrom(0, 2))
      .map(([messages, model, space]) => JSON.stringify({ messages, model }, undefined, space));
    fc.assert(
      fc.property(fc.oneof(anyText, anyBody), (body) => {
        expect(splitBody(body).join('')).toBe(body);
      }),
    );
  });

  it('hold each message of a growing history apart, so that the old ones are the same parts again', () => {
    const history = ['a', 'b', 'c', 'd'].map((letter) => message(letter.repeat(600)));
    const first = splitBody(JSON.stringify({ model: 'm', messages: history.slice(0, 3) }));
    const second = splitBody(JSON.stringify({ model: 'm', messages: history }));
    const again = second.filter((part) => first.includes(part));
    for (const [index, old] of history.slice(0, 3).entries())
      expect(again).toContain(`${index === 0 ? '' : ','}${JSON.stringify(old)}`);
  });

  it('leaves what is no JSON, or short, in one piece', () => {
    const broken = `{"messages": [${'x'.repeat(2000)}`;
    expect(splitBody(broken)).toEqual([broken]);
    expect(splitBody('{"messages":[1,2]}')).toHaveLength(1);
  });
});
