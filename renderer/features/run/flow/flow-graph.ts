import { KINDS, STATUSES, chunkIndexOf, rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import type { Span } from '../../../../core/journal/run-state.ts';
import { isOpen, type ShownRun } from '../../../stores/shown-run.ts';

/** What data flows between: who calls, what it asks for, who answers. */
export type FlowNodeKind = 'agent' | 'step' | 'target' | 'instance' | 'server' | 'tool';

/** Sums over the spans that are one node, or over those that one edge stands for. */
export interface FlowSums {
  spans: number;
  open: number;
  errors: number;
}

export interface FlowNode extends FlowSums {
  readonly kind: FlowNodeKind;
  readonly name: string;
  tokens: number;
  /** In USD, of what is known. */
  cost: number;
  /** What has flowed from it. */
  sent: number;
  /** Ordinal of its newest span. */
  newest: number;
}

export interface FlowEdge extends FlowSums {
  readonly from: number;
  readonly to: number;
}

/** Nodes and edges in the order in which they were first heard of: of a run that grows, only more come behind. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

const ERROR = STATUSES.indexOf('error');

/** All spans of a run as what flowed between which parties, however many there are: two passes over its columns. */
export function flowGraphOf({ columns, spans, run }: ShownRun): FlowGraph {
  const nodes: FlowNode[] = [];
  const edges = new Map<number, FlowEdge>();
  const places = new Map<FlowNodeKind, Int32Array>();
  /** The nodes that a span is reached through, and that its children flow from. */
  const [entries, exits] = [new Int32Array(spans), new Int32Array(spans)];

  /** A name is a place in the dictionary: no text is looked at for a span. */
  const nodeFor = (kind: FlowNodeKind, name: number): number => {
    let known = places.get(kind);
    if (!known) places.set(kind, (known = new Int32Array(columns.dictionary.length).fill(-1)));
    if (known[name] === -1) {
      const text = columns.dictionary[name]!;
      known[name] =
        nodes.push({
          kind,
          name: text,
          spans: 0,
          open: 0,
          errors: 0,
          tokens: 0,
          cost: 0,
          sent: 0,
          newest: 0,
        }) - 1;
    }
    return known[name]!;
  };
  const edgeFor = (from: number, to: number): FlowEdge => {
    const key = from * 2 ** 26 + to;
    let edge = edges.get(key);
    if (!edge) edges.set(key, (edge = { from, to, spans: 0, open: 0, errors: 0 }));
    return edge;
  };

  for (let ordinal = 0; ordinal < spans; ordinal++) {
    const chunk = columns.chunks[chunkIndexOf(ordinal)]!;
    const row = rowOf(ordinal);
    const parties = partiesOf(KINDS[chunk.kind[row]!]!, chunk.name[row]!, chunk.label[row]!);
    entries[ordinal] = nodeFor(parties[0].kind, parties[0].name);
    exits[ordinal] = parties[1] ? nodeFor(parties[1].kind, parties[1].name) : entries[ordinal]!;
  }
  for (let ordinal = 0; ordinal < spans; ordinal++) {
    const chunk = columns.chunks[chunkIndexOf(ordinal)]!;
    const row = rowOf(ordinal);
    const isRunning = isOpen(chunk.endSeq[row]!, run.lastSeq);
    const hasFailed = !isRunning && chunk.status[row] === ERROR;
    const tokens = isRunning ? 0 : chunk.inputTokens[row]! + chunk.outputTokens[row]!;
    const count = (sums: FlowSums) => {
      sums.spans += 1;
      if (isRunning) sums.open += 1;
      if (hasFailed) sums.errors += 1;
    };
    const visit = (at: number) => {
      const node = nodes[at]!;
      count(node);
      node.newest = ordinal;
      node.tokens += tokens;
      if (!isRunning) node.cost += chunk.cost[row]! || 0;
    };
    const flow = (from: number, to: number) => {
      nodes[from]!.sent += 1;
      count(edgeFor(from, to));
    };
    const [parent, entry, exit] = [chunk.parent[row]!, entries[ordinal]!, exits[ordinal]!];
    visit(entry);
    if (parent >= 0 && parent < spans && exits[parent] !== entry) flow(exits[parent]!, entry);
    if (exit === entry) continue;
    visit(exit);
    flow(entry, exit);
  }
  return { nodes, edges: [...edges.values()] };
}

interface Party {
  readonly kind: FlowNodeKind;
  /** A place in the dictionary. */
  readonly name: number;
}

/** Who a span leads to: one, or one by way of another. */
function partiesOf(kind: Span['kind'], name: number, label: number): readonly [Party, Party?] {
  switch (kind) {
    case 'agent':
      return [{ kind: 'agent', name }];
    case 'reported':
      return [{ kind: 'step', name }];
    case 'call':
      return [{ kind: 'target', name: label || name }];
    case 'attempt':
      return [{ kind: 'instance', name: label }];
    case 'mcp':
      return [
        { kind: 'server', name: label },
        { kind: 'tool', name },
      ];
  }
}
