import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';
import type { ReportedSpan, RunSummary, Span, CallSpan } from '../journal/run-state.ts';
import { readAnswer } from '../dialects/conversation/read-answer.ts';
import { readConversation } from '../dialects/conversation/read-conversation.ts';
import { isConversation } from '../dialects/dialect.ts';
import { isStream, textOf, wireDialectOf } from './export-own-spans.ts';
import type { ExportInput, Written } from './exported.ts';
import { genAiMessages } from './genai-messages.ts';
import { objectsAt, textAt } from './otlp-parts.ts';
import { REPORT_SCRIPT, REPORT_SCRIPT_HASH, REPORT_STYLE, REPORT_STYLE_HASH } from './report-page.ts';
import { REPORT_WORDS, type ReportLanguage, type ReportWords } from './report-words.ts';
import { unixTime } from './run-time.ts';
import { isoOfNanos } from './times.ts';

/** Bars of the timeline; a drawing of more is no use, and slow. */
const MOST_DRAWN = 3_000;
/** Of one message. Characters. */
const LONGEST_TEXT = 100_000;
const [ROW, WIDTH] = [15, 1_000];
/** Of a name beside its bar. */
const LONGEST_LABEL = 80;

/**
 * A run as one HTML file that needs nothing else: summary, timeline, calls, and what was said in each. What was recorded is hostile:
 * all of it goes through `escape`, and the page's policy lets nothing run or load but its own script and style.
 */
export async function* writeHtml(input: ExportInput, language: ReportLanguage = 'en'): Written {
  const words = REPORT_WORDS[language];
  const { run } = input;
  const policy = `default-src 'none'; style-src '${REPORT_STYLE_HASH}'; script-src '${REPORT_SCRIPT_HASH}'`;
  yield `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escape(run.name)} · Signalbox</title>
<style>${REPORT_STYLE}</style></head><body>
<h1>${escape(run.name)}</h1>
`;
  yield summaryHtml(run, words);
  yield* timelineHtml(input, words);
  yield* callsHtml(input, words);
  yield `<script>${REPORT_SCRIPT}</script></body></html>\n`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"'\u0000]/g, (unit) => ESCAPES[unit]!);
}

/** HTML knows no NUL. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\u0000': '\uFFFD',
};

function summaryHtml(run: RunSummary, words: ReportWords): string {
  const isPriced = run.unpricedCalls === 0;
  const rows: readonly (readonly [string, string])[] = [
    [words.status, words[run.status]],
    [words.started, isoOfNanos(unixTime(run, 0))],
    [words.duration, sayTime(run.duration)],
    [words.calls, String(run.calls)],
    [words.errors, String(run.errors)],
    [words.retries, String(run.retries)],
    [words.tokens, `${run.inputTokens} / ${run.outputTokens}`],
    [words.cost, `$${run.cost.toFixed(5)}${isPriced ? '' : ` + ${words.unknown}`}`],
    [words.spans, String(run.reportedSpans ?? 0)],
  ];
  return `<dl>${rows.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>\n`;
}

async function* timelineHtml(input: ExportInput, words: ReportWords): Written {
  const { run } = input;
  const drawn: Span[] = [];
  let spans = 0;
  const scale = WIDTH / Math.max(1, run.duration);
  for await (const span of input.spans()) {
    spans += 1;
    if (spans <= MOST_DRAWN) drawn.push(span);
  }
  drawn.sort((a, b) => a.startedAt - b.startedAt || a.index - b.index);
  const bars = drawn.map((span, row) => barHtml(span, row, scale, run.duration));
  const height = Math.max(1, bars.length) * ROW;
  yield `<h2>${escape(words.timeline)}</h2>\n<div class="track"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(words.timeline)}">\n`;
  yield bars.join('\n');
  yield '\n</svg></div>\n';
  if (spans > MOST_DRAWN) yield `<p class="dim">+ ${spans - MOST_DRAWN} ${escape(words.notDrawn)}</p>\n`;
}

function barHtml(span: Span, row: number, scale: number, duration: Nanos): string {
  const end = span.endedAt ?? duration;
  const width = Math.max(1, (end - span.startedAt) * scale);
  const kind = span.status === 'error' ? 'bad' : span.kind;
  const title = `<title>${escape(`${span.name} · ${sayTime(end - span.startedAt)}`)}</title>`;
  const x = Math.min(WIDTH - 1, span.startedAt * scale);
  const place = x > WIDTH / 2 ? `x="${(x - 4).toFixed(2)}" text-anchor="end"` : `x="${(x + 4).toFixed(2)}"`;
  const label = `<text ${place} y="${row * ROW + 11}">${escape(span.name.slice(0, LONGEST_LABEL))}</text>`;
  const bar = `<rect class="${kind}" x="${x.toFixed(2)}" y="${row * ROW + 1}" width="${width.toFixed(2)}" height="${ROW - 2}">${title}</rect>${label}`;
  return isModelCall(span) ? `<a href="#${idOf(span)}">${bar}</a>` : bar;
}

type ModelCall = CallSpan | ReportedSpan;

/** What a person looks for in a report: calls, and what was reported of models. */
function isModelCall(span: Span): span is ModelCall {
  return span.kind === 'call' || (span.kind === 'reported' && span.activity === 'llm');
}

function idOf(span: Span): string {
  return `call-${escape(span.id)}`;
}

async function* callsHtml(input: ExportInput, words: ReportWords): Written {
  yield `<h2>${escape(words.calls)}</h2>\n<input type="search" placeholder="${escape(words.filter)}" aria-label="${escape(words.filter)}">\n`;
  let isEmpty = true;
  for await (const span of input.spans()) {
    if (!isModelCall(span)) continue;
    isEmpty = false;
    yield `<details id="${idOf(span)}">${headHtml(span, words)}<div class="said">`;
    if (span.error) yield sectionHtml(words.error, `${span.error.code}: ${span.error.message}`, words);
    const { request, response } =
      span.kind === 'call' ? await saidInCall(input, span, words) : await saidInReport(input, span, words);
    yield request.map(({ role, text }) => sectionHtml(role, text, words)).join('');
    yield response.map(({ role, text }) => sectionHtml(role, text, words)).join('');
    yield '</div></details>\n';
  }
  if (isEmpty) yield `<p class="dim">${escape(words.none)}</p>\n`;
}

function headHtml(span: ModelCall, words: ReportWords): string {
  const { usage } = span;
  const tokens = usage ? `${usage.input ?? '?'} / ${usage.output ?? '?'}` : words.unknown;
  const cost = span.kind === 'call' ? span.cost?.usd : span.costUsd;
  const cells = [
    span.name,
    span.answeredModel ?? span.model ?? '',
    span.endedAt === undefined ? '…' : sayTime(span.endedAt - span.startedAt),
    tokens,
    cost === undefined ? words[span.status] : `$${cost.toFixed(5)}`,
  ];
  const isBad = span.status === 'error' ? ' class="bad"' : '';
  return `<summary${isBad}>${cells.map((cell) => `<span>${escape(cell)}</span>`).join('')}</summary>`;
}

interface Said {
  readonly role: string;
  readonly text: string;
}

interface Exchange {
  readonly request: readonly Said[];
  readonly response: readonly Said[];
}

async function saidInCall(input: ExportInput, span: CallSpan, words: ReportWords): Promise<Exchange> {
  const [request, response] = [await textOf(input, span.requestBody), await textOf(input, span.responseBody)];
  const dialect = wireDialectOf(span);
  const asked = dialect && readConversation(dialect, request);
  const answered =
    dialect && isConversation(dialect) ? readAnswer(dialect, response, isStream(span)) : undefined;
  return {
    request: asked ? messagesSaid(genAiMessages(asked.messages)) : plain(words.request, request),
    response: answered ? messagesSaid(genAiMessages(answered.messages)) : plain(words.answer, response),
  };
}

async function saidInReport(input: ExportInput, span: ReportedSpan, words: ReportWords): Promise<Exchange> {
  const read = async (content: ReportedSpan['input'], role: string): Promise<readonly Said[]> => {
    if (!content) return [];
    const text = await textOf(input, content.body);
    const value = content.form === 'messages' ? parseJson(text) : undefined;
    return isJsonObject(value) ? messagesSaid(value['messages'] ?? []) : plain(role, text);
  };
  return { request: await read(span.input, words.request), response: await read(span.output, words.answer) };
}

function plain(role: string, text: string): readonly Said[] {
  return text === '' ? [] : [{ role, text }];
}

/** Messages in the form of the GenAI conventions. */
function messagesSaid(messages: JsonValue): readonly Said[] {
  return objectsAt({ messages }, 'messages').map((message) => ({
    role: textAt(message, 'role') || '?',
    text: objectsAt(message, 'parts').map(partText).join('\n\n'),
  }));
}

function partText(part: JsonObject): string {
  const content = textAt(part, 'content');
  return content === '' ? JSON.stringify(part, undefined, 2) : content;
}

function sectionHtml(role: string, text: string, words: ReportWords): string {
  const left = text.length - LONGEST_TEXT;
  const shown = escape(text.slice(0, LONGEST_TEXT));
  const cut = left > 0 ? `<p class="dim">${left} ${escape(words.cut)}</p>` : '';
  return `<div class="role">${escape(role)}</div><pre>${shown}</pre>${cut}`;
}

function sayTime(nanos: Nanos): string {
  const millis = nanos / NANOS_PER_MILLI;
  return millis < 1000 ? `${Number(millis.toPrecision(3))} ms` : `${(millis / 1000).toFixed(2)} s`;
}
