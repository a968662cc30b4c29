import { describe, expect, it } from 'vitest';
import { layOut } from '../../../graph/layered-layout.ts';
import type { FlowGraph } from './flow-graph.ts';
import { FlowPlaces, NODE_WIDTH } from './flow-places.ts';

const none = { spans: 1, open: 0, errors: 0 };
const node = (name: string) =>
  ({ ...none, kind: 'step', name, tokens: 0, cost: 0, sent: 0, newest: 0 }) as const;

function flow(names: string, ...edges: readonly string[]): FlowGraph {
  const at = (name: string | undefined) => names.indexOf(name ?? '');
  return {
    nodes: names.split('').map(node),
    edges: edges.map((edge) => ({ ...none, from: at(edge[0]), to: at(edge[1]) })),
  };
}

const cornersOf = (places: FlowPlaces, graph: FlowGraph) =>
  new Map(places.place(graph).nodes.map(({ name, x, y }) => [name, { x, y }]));

describe('the places of a flow', () => {
  it('stay when more comes, and when something is not shown for a while', () => {
    const places = new FlowPlaces();
    const few = cornersOf(places, flow('abc', 'ab', 'ac'));
    const more = cornersOf(places, flow('abcd', 'ab', 'ac', 'ad'));
    for (const [name, corner] of few) expect(more.get(name)).toEqual(corner);
    expect(cornersOf(places, flow('ac', 'ac')).get('c')).toEqual(few.get('c'));
    expect(cornersOf(places, flow('abcd', 'ab', 'ac', 'ad'))).toEqual(more);
  });

  it('are one column after the other, edges from side to side, those that lead back the other way', () => {
    const { nodes, edges } = new FlowPlaces().place(flow('ab', 'ab', 'ba'));
    const [a, b] = [nodes[0]!, nodes[1]!];
    expect(b.x).toBeGreaterThan(a.x + NODE_WIDTH);
    expect(edges[0]!.points.map(([x]) => x)).toEqual([a.x + NODE_WIDTH, b.x]);
    expect(edges[1]!.points.map(([x]) => x)).toEqual([b.x, a.x + NODE_WIDTH]);
  });

  it('can be arranged anew, long edges past the nodes between, until an end of them moves', () => {
    const places = new FlowPlaces();
    const graph = flow('abcd', 'ab', 'bc', 'cd', 'ad');
    places.place(graph);
    places.arrange(graph, layOut(places.toArrange(graph)));
    const arranged = places.place(graph);
    expect(arranged.edges[3]!.points).toHaveLength(6);
    const behind = places.place(flow('abcde', 'ab', 'bc', 'cd', 'ad', 'ce', 'ed'));
    expect(behind.edges[3]!.points).toHaveLength(behind.nodes[3]!.x === arranged.nodes[3]!.x ? 6 : 2);
    expect(behind.nodes.slice(0, 3)).toEqual(arranged.nodes.slice(0, 3));
  });
});
