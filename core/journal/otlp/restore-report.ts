import { isJsonObject, parseJson, type JsonValue } from '../../base/json.ts';
import type { SpanMeaning } from '../span-report.ts';
import type { Attribute } from './any-value.ts';
import type { Content } from './read-content.ts';

/**
 * An attribute of our own exports: JSON of what was understood of a span, as far as whoever reads the export would not understand
 * the same again. Attributes in six conventions become one form when they are recorded, and do not all come back.
 */
export const REPORT_ATTRIBUTE = 'signalbox.report';

export interface UnderstoodSpan {
  readonly meaning: SpanMeaning;
  readonly sources: Readonly<Record<string, string>>;
  readonly input?: Content;
  readonly output?: Content;
  readonly attributes: readonly Attribute[];
}

/** Takes out of the attributes what an export of ours says, and puts it in the place of what was understood. */
export function restoreReport<Span extends UnderstoodSpan>(span: Span): Span {
  const at = span.attributes.findLastIndex(([key]) => key === REPORT_ATTRIBUTE);
  const said = at === -1 ? undefined : span.attributes[at]![1];
  const report = typeof said === 'string' ? parseJson(said) : undefined;
  if (!isJsonObject(report)) return span;
  const { meaning, sources, attributes } = report;
  const [input, output] = [contentOf(report['input']), contentOf(report['output'])];
  return {
    ...span,
    attributes: pairsOf(attributes) ?? span.attributes.toSpliced(at, 1),
    ...(isMeaning(meaning) && { meaning }),
    ...(isTexts(sources) && { sources }),
    ...(input && { input }),
    ...(output && { output }),
  };
}

/** An attribute is a pair of its name and its value. */
function pairsOf(given: JsonValue | undefined): readonly Attribute[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const pairs = given as readonly JsonValue[];
  return pairs.flatMap((pair) => {
    const [key, value] = Array.isArray(pair) ? (pair as readonly JsonValue[]) : [];
    return typeof key === 'string' ? [[key, value ?? null] as const] : [];
  });
}

const FORMS = ['messages', 'json', 'text'] as const;

function contentOf(given: JsonValue | undefined): Content | undefined {
  if (!isJsonObject(given)) return undefined;
  const form = FORMS.find((form) => form === given['form']);
  return form && { form, value: given['value'] ?? null };
}

/** A foreign file may say anything; what a fold adds up must be numbers. */
function isMeaning(given: JsonValue | undefined): given is JsonValue & SpanMeaning {
  if (!isJsonObject(given) || typeof given['activity'] !== 'string') return false;
  return Object.entries(given).every(([key, value]) => Object.hasOwn(MEMBERS, key) && MEMBERS[key]!(value));
}

type Check = (value: JsonValue) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const each =
  (check: Check): Check =>
  (value) =>
    isJsonObject(value) && Object.values(value).every(check);

const MEMBERS: Readonly<Record<string, Check>> = {
  activity: isText,
  provider: isText,
  model: isText,
  answeredModel: isText,
  responseId: isText,
  usage: each(isNumber),
  costUsd: isNumber,
  finishReason: isText,
  firstTokenMs: isNumber,
  agent: isText,
  tool: each(isText),
  session: isText,
  user: isText,
  error: each(isText),
} satisfies Readonly<Record<keyof SpanMeaning, Check>>;

function isTexts(given: JsonValue | undefined): given is Readonly<Record<string, string>> {
  return isJsonObject(given) && Object.values(given).every((value) => typeof value === 'string');
}
