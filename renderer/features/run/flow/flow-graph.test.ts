import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../../core/journal/event.ts';
import { randomRun } from '../../../../core/journal/columns/random-run.ts';
import { RunProjection } from '../../../../core/journal/columns/run-projection.ts';
import { fold } from '../../../../core/journal/fold.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { flowGraphOf, type FlowGraph } from './flow-graph.ts';

/** What is shown of a run after one of its events. */
function viewOf(events: readonly JournalEvent[], seq = events.length): ShownRun {
  const read = (one: number) => ({ event: events[one - 1]!, previous: 0 });
  const projection = RunProjection.begin(events[0]!, read);
  for (const event of events.slice(1)) projection.apply(event);
  const { columns } = projection;
  const { run } = fold(undefined, events.slice(0, seq));
  return { run, columns, spans: columns.spansAt(seq), live: false };
}

const sumOf = (
  items: readonly { readonly spans: number; readonly open: number; readonly errors: number }[],
) =>
  items.reduce(
    (sum, { spans, open, errors }) => ({
      spans: sum.spans + spans,
      open: sum.open + open,
      errors: sum.errors + errors,
    }),
    { spans: 0, open: 0, errors: 0 },
  );

function edgeBetween({ nodes, edges }: FlowGraph, from: string, to: string) {
  return edges.find((edge) => nodes[edge.from]!.name === from && nodes[edge.to]!.name === to);
}

describe('the flow of a run', () => {
  it('has every span at the party that it leads to, and an edge from where it came', () => {
    for (let seed = 0; seed < 30; seed++) {
      const events = randomRun(seed, 60);
      const spans = [...fold(undefined, events).spans.values()];
      const graph = flowGraphOf(viewOf(events));
      expect(sumOf(graph.nodes)).toEqual({
        spans: spans.length,
        open: spans.filter(({ status }) => status === 'running').length,
        errors: spans.filter(({ status }) => status === 'error').length,
      });
      const attempts = spans.filter(({ kind }) => kind === 'attempt').length;
      const toInstances = graph.edges.filter(({ to }) => graph.nodes[to]!.kind === 'instance');
      expect(sumOf(toInstances).spans).toBe(attempts);
    }
  });

  it('is at an event what it was after that event, and later only more', () => {
    const events = randomRun(7, 80);
    const whole = flowGraphOf(viewOf(events)).nodes.map(({ kind, name }) => `${kind} ${name}`);
    for (let seq = 1; seq < events.length; seq += 5) {
      const { nodes } = flowGraphOf(viewOf(events, seq));
      const spans = [...fold(undefined, events.slice(0, seq)).spans.values()];
      expect(sumOf(nodes).open).toBe(spans.filter(({ status }) => status === 'running').length);
      const steps = nodes.filter(({ kind }) => kind === 'instance' || kind === 'agent');
      for (const { kind, name } of steps) expect(whole).toContain(`${kind} ${name}`);
    }
  });

  it('leads from the agent to what was asked for to who answered', () => {
    const graph = flowGraphOf(viewOf(randomRun(3, 40)));
    const agent = graph.nodes[0]!;
    expect(agent.kind).toBe('agent');
    const target = graph.nodes.find(({ kind }) => kind === 'target')!;
    expect(edgeBetween(graph, agent.name, target.name)!.spans).toBeGreaterThan(0);
    expect(graph.edges.every(({ from, to }) => from !== to)).toBe(true);
  });
});
