import { reversed, successorsOf, type DirectedGraph, type Edge } from './directed-graph.ts';

/** Which column each node is in, and which edges lead back. */
export interface Ranking {
  /** From 0; every edge that does not lead back goes to a higher one. */
  readonly ranks: Int32Array;
  /** Edges that would close a cycle, and those from a node to itself. */
  readonly leadsBack: readonly boolean[];
}

/**
 * Longest-path ranking (Sugiyama, Tagawa, Toda 1981, with the cycles cut at the edges that close them in a depth-first walk):
 * one more than the highest predecessor. A node without predecessors stands next to its nearest successor. Linear in nodes and edges.
 */
export function rankNodes({ heights, edges }: DirectedGraph): Ranking {
  const leadsBack = backEdges(heights.length, edges);
  const forward = edges.filter((_, index) => !leadsBack[index]);
  const successors = successorsOf(heights.length, forward);
  const predecessors = successorsOf(heights.length, forward.map(reversed));
  const ranks = new Int32Array(heights.length);
  const missing = Int32Array.from(predecessors, ({ length }) => length);
  const ready = [...missing.keys()].filter((node) => missing[node] === 0);
  for (let at = 0; at < ready.length; at++) {
    const node = ready[at]!;
    for (const next of successors[node]!) {
      ranks[next] = Math.max(ranks[next]!, ranks[node]! + 1);
      missing[next]! -= 1;
      if (missing[next] === 0) ready.push(next);
    }
  }
  for (const [node, { length }] of predecessors.entries()) {
    const next = successors[node]!;
    if (length === 0 && next.length > 0)
      ranks[node] = next.reduce((lowest, one) => Math.min(lowest, ranks[one]!), Infinity) - 1;
  }
  return { ranks, leadsBack };
}

/** The edges to a node from which the walk has come: without them there is no cycle. */
function backEdges(nodes: number, edges: readonly Edge[]): readonly boolean[] {
  const outgoing: number[][] = Array.from({ length: nodes }, () => []);
  for (const [index, { from }] of edges.entries()) outgoing[from]!.push(index);
  const leadsBack = edges.map(() => false);
  const isOnPath = new Uint8Array(nodes);
  const isDone = new Uint8Array(nodes);
  const nextOf = new Int32Array(nodes);
  for (let root = 0; root < nodes; root++) {
    if (isDone[root]) continue;
    const path = [root];
    isOnPath[root] = 1;
    while (path.length > 0) {
      const node = path.at(-1)!;
      const index = outgoing[node]![nextOf[node]!];
      nextOf[node]! += 1;
      if (index === undefined) {
        isOnPath[node] = 0;
        isDone[node] = 1;
        path.pop();
        continue;
      }
      const { to } = edges[index]!;
      if (isOnPath[to]) leadsBack[index] = true;
      else if (!isDone[to]) {
        isOnPath[to] = 1;
        path.push(to);
      }
    }
  }
  return leadsBack;
}
