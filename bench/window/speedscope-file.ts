import { chunkIndexOf, KINDS, rowOf } from '../../core/journal/columns/span-chunk.ts';
import type { SpanColumns } from '../../core/journal/columns/span-columns.ts';

const CALL = KINDS.indexOf('call');

/**
 * The same spans as a file of speedscope: each agent is a profile of its own, since a profile of theirs has one stack.
 * Yields pieces of the text.
 */
export function* speedscopeFile(columns: SpanColumns): Generator<string> {
  const frames = columns.dictionary.map((name) => ({ name }));
  const endOf = (ordinal: number) => columns.chunkOf(ordinal).end[rowOf(ordinal)]!;
  const startOf = (ordinal: number) => columns.chunkOf(ordinal).start[rowOf(ordinal)]!;
  const nameOf = (ordinal: number) => columns.chunkOf(ordinal).name[rowOf(ordinal)]!;
  const agents: { end: number; events: string[] }[] = [];
  for (let ordinal = 1; ordinal < columns.size;) {
    let agent = agents.find(({ end }) => end <= startOf(ordinal));
    if (!agent) agents.push((agent = { end: 0, events: [] }));
    const family = [ordinal];
    for (
      let next = ordinal + 1;
      next < columns.size && columns.chunks[chunkIndexOf(next)]!.kind[rowOf(next)] !== CALL;
      next++
    )
      family.push(next);
    for (const span of family)
      agent.events.push(`{"type":"O","frame":${nameOf(span)},"at":${startOf(span)}}`);
    for (const span of family.toReversed())
      agent.events.push(`{"type":"C","frame":${nameOf(span)},"at":${endOf(span)}}`);
    agent.end = endOf(ordinal);
    ordinal += family.length;
  }
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":${JSON.stringify(frames)}},"profiles":[`;
  for (const [index, { end, events }] of agents.entries()) {
    yield `${index > 0 ? ',' : ''}{"type":"evented","name":"agent ${index}","unit":"nanoseconds","startValue":0,"endValue":${end},"events":[`;
    for (let from = 0; from < events.length; from += 50_000)
      yield (from > 0 ? ',' : '') + events.slice(from, from + 50_000).join(',');
    yield ']}';
  }
  yield ']}';
}
