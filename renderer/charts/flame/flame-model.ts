import type { Nanos } from '../../../core/base/units.ts';
import { densityOf, type Density } from '../lanes/density.ts';
import { buffersOf } from '../lanes/lanes.ts';
import { detailed, type DetailedLanes } from '../lanes/level-of-detail.ts';
import { packLanes } from '../lanes/pack-lanes.ts';
import { plainSpans, type PlainSpans } from '../lanes/plain-spans.ts';
import { leftHeavy, type FlameNodes, type NamedSpans } from './left-heavy.ts';
import { namesOf, ownWeights, type NamedSource, type Weight } from './weights.ts';

export const ORDERS = ['time', 'heavy'] as const;
export type FlameOrder = (typeof ORDERS)[number];

/** What a flame is made of: plain memory, which goes to the thread that makes it. */
export type FlameInput =
  | { readonly order: 'time'; readonly spans: PlainSpans }
  | { readonly order: 'heavy'; readonly weight: Weight; readonly spans: NamedSpans };

/** What is drawn: spans in time, or nodes by weight. */
export type FlameModel =
  | { readonly order: 'time'; readonly lanes: DetailedLanes; readonly density: Density }
  | {
      readonly order: 'heavy';
      readonly weight: Weight;
      readonly lanes: DetailedLanes;
      readonly nodes: FlameNodes;
      readonly total: number;
    };

/** Of the spans as they were after event `seq`. */
export function flameInput(
  source: NamedSource,
  wanted: {
    readonly order: FlameOrder;
    readonly weight: Weight;
    readonly now: Nanos;
    readonly seq?: number | undefined;
  },
): FlameInput {
  const plain = plainSpans(source, wanted.seq);
  if (wanted.order === 'time') return { order: 'time', spans: plain };
  const { parent, tone } = plain;
  const own = ownWeights(source, wanted.weight, wanted.now, wanted.seq);
  return { order: 'heavy', weight: wanted.weight, spans: { parent, tone, name: namesOf(source), own } };
}

export function flameModel(input: FlameInput): FlameModel {
  if (input.order === 'time') {
    const lanes = detailed(packLanes(input.spans));
    return { order: 'time', lanes, density: densityOf(lanes.finest) };
  }
  const { nodes, lanes, total } = leftHeavy(input.spans);
  return { order: 'heavy', weight: input.weight, lanes: detailed(lanes), nodes, total };
}

export function memoryOfInput({ spans }: FlameInput): ArrayBuffer[] {
  return Object.values(spans).map(
    (column: Float64Array | Int32Array | Uint8Array) => column.buffer as ArrayBuffer,
  );
}

export function memoryOfModel(model: FlameModel): ArrayBuffer[] {
  const levels = [model.lanes.finest, ...model.lanes.coarser.map(({ lanes }) => lanes)];
  const rest =
    model.order === 'time'
      ? [model.density.begun, model.density.failed]
      : Object.values(model.nodes as object);
  const columns = rest as readonly (Uint32Array | Float64Array)[];
  return [...levels.flatMap(buffersOf), ...columns.map(({ buffer }) => buffer as ArrayBuffer)];
}
