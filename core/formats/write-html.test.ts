import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPORT_SCRIPT, REPORT_SCRIPT_HASH, REPORT_STYLE, REPORT_STYLE_HASH } from './report-page.ts';
import { keepCall, recordItems, written, type KeptRun } from './test-record.ts';
import { TEST_TIME } from './test-source.ts';
import { resourceOf, spanOf, statusOf } from './otlp-parts.ts';
import { writeHtml } from './write-html.ts';

/** A run in which a model is asked and answers this. */
function runSaying(question: string, answer: string): KeptRun {
  const request = { model: 'gpt-x', messages: [{ role: 'user', content: question }] };
  return keepCall(request, { choices: [{ message: { role: 'assistant', content: answer } }] }, 1500);
}

/** All that a page has when what it says of a run is taken out. */
const tagsOf = (html: string) => html.match(/<[a-z!/][^>]*>/gi) ?? [];

describe('writeHtml', () => {
  it('shows the summary, the calls and what was said in them', async () => {
    const html = await written(writeHtml(runSaying('How many?', 'Three.')));
    expect(html).toMatch(/^<!doctype html>/);
    for (const said of ['a run', 'gpt-x', 'How many?', 'Three.', '3 / 2', '1.50 s'])
      expect(html).toContain(said);
    expect(html).toContain('<a href="#call-eee19b7ec3c1b174">');
    expect(html).toContain('<details id="call-eee19b7ec3c1b174">');
  });

  it('loads nothing, and lets nothing run but its own script', async () => {
    const html = await written(writeHtml(runSaying('a', 'b')));
    const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    expect(hash(REPORT_STYLE)).toBe(REPORT_STYLE_HASH);
    expect(hash(REPORT_SCRIPT)).toBe(REPORT_SCRIPT_HASH);
    expect(html).toContain(
      `default-src 'none'; style-src '${hash(REPORT_STYLE)}'; script-src '${hash(REPORT_SCRIPT)}'`,
    );
    expect(html).not.toMatch(/\b(?:src|srcset)=|https?:|url\(|@import|\bstyle="/);
  });

  it('is the same page whatever was said: no text becomes markup', async () => {
    const tags = tagsOf(await written(writeHtml(runSaying('q', 'a'))));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom(
        '</pre><script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "'&lt;",
        '<!--',
        ']]>',
        '</svg>',
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (question, answer) => {
        expect(tagsOf(await written(writeHtml(runSaying(question, answer))))).toEqual(tags);
      }),
      { numRuns: 200 },
    );
  });

  it('speaks Chinese too, and of what was only reported', async () => {
    const run = recordItems([
      {
        kind: 'span',
        by: { resource: resourceOf([]), scope: undefined },
        span: spanOf({
          traceId: '5b8efff798038103d269b633813fc60c',
          spanId: '0000000000000001',
          name: 'ask <img>',
          startTimeUnixNano: TEST_TIME,
          endTimeUnixNano: TEST_TIME + 5n,
          attributes: [
            ['gen_ai.operation.name', 'chat'],
            [
              'gen_ai.output.messages',
              '[{"role":"assistant","parts":[{"type":"text","content":"<b>yes</b>"}]}]',
            ],
          ],
          status: statusOf('error', 'too <many>'),
        }),
      },
    ]);
    const html = await written(writeHtml(run, 'zh'));
    expect(html).toContain('<html lang="zh">');
    expect(html).toContain('筛选调用');
    expect(html).toContain('<span>ask &lt;img&gt;</span>');
    expect(html).toContain('&lt;b&gt;yes&lt;/b&gt;');
    expect(html).toContain('error: too &lt;many&gt;');
  });
});
