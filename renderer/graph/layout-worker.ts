import type { DirectedGraph } from './directed-graph.ts';
import { layOut } from './layered-layout.ts';

/** Lays out one graph after the other, in a thread of its own. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<DirectedGraph>) => void;
  postMessage(message: unknown): void;
};
scope.onmessage = ({ data }) => scope.postMessage(layOut(data));
