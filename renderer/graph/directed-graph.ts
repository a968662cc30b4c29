/** A graph whose nodes are their numbers from 0. */
export interface DirectedGraph {
  /** Heights of the nodes in CSS pixels; all are equally wide. */
  readonly heights: readonly number[];
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** The neighbours of each node, in the order of the edges. */
export type Adjacency = readonly (readonly number[])[];

export function successorsOf(nodes: number, edges: readonly Edge[]): Adjacency {
  const successors: number[][] = Array.from({ length: nodes }, () => []);
  for (const { from, to } of edges) successors[from]!.push(to);
  return successors;
}

export function reversed({ from, to }: Edge): Edge {
  return { from: to, to: from };
}
