import type { ReportedAttribute, SpanReport } from '../../../../core/journal/span-report.ts';

/** An attribute as it is shown. */
interface ShownAttribute {
  readonly key: string;
  readonly text: string;
  /** Of a value that is kept apart: its length; `text` is empty then. */
  readonly bytes?: number;
  /** The members of the span's meaning that were taken from it. */
  readonly means: readonly string[];
}

/** The attributes in which every word of `search` is found, in the key, the value or the meaning. */
export function shownAttributes(
  attributes: readonly ReportedAttribute[],
  sources: SpanReport['sources'],
  search = '',
): readonly ShownAttribute[] {
  const words = search.toLowerCase().split(/\s+/);
  return attributes
    .map((attribute) => shown(attribute, sources))
    .filter(({ key, text, means }) => {
      const whole = [key, text, ...means].join('\n').toLowerCase();
      return words.every((word) => whole.includes(word));
    });
}

function shown(attribute: ReportedAttribute, sources: SpanReport['sources']): ShownAttribute {
  const { key } = attribute;
  const means = Object.entries(sources).flatMap(([member, from]) => (from === key ? [member] : []));
  if ('body' in attribute) return { key, text: '', bytes: attribute.body.bytes, means };
  const { value } = attribute;
  return { key, text: typeof value === 'string' ? value : JSON.stringify(value), means };
}
