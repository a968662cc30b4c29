import { useEffect, useRef, useState } from 'react';
import {
  flameInput,
  flameModel,
  memoryOfInput,
  type FlameInput,
  type FlameModel,
  type FlameOrder,
} from './flame-model.ts';
import { startOwnWorker } from '../own-worker.ts';
// oxlint-disable-next-line import/default -- the bundler makes an address of it
import workerUrl from './flame-worker.ts?worker&url';
import type { NamedSource, Weight } from './weights.ts';

/** A flame of so few spans is made in less than a frame. */
const SOON_MADE = 8_000;
/** Of a run that grows: a flame is made again after so many times as long as the last one took. */
const REST = 4;

export interface FlameWish {
  readonly source: NamedSource;
  /** Another number when the source has changed. */
  readonly version: number;
  readonly order: FlameOrder;
  readonly weight: Weight;
  readonly now: () => number;
  /** The event after which the run is shown; the newest without. */
  readonly seq: number | undefined;
}

/**
 * The newest flame that has been made; `undefined` before the first. A large one is made in another thread, and while
 * it is made no second one is begun: what changes meanwhile is in the next.
 */
export function useFlameModel(wish: FlameWish): FlameModel | undefined {
  const [model, setModel] = useState<FlameModel>();
  const latest = useRef(wish);
  const maker = useRef<FlameMaker>(undefined);
  const { source, version, order, weight, seq } = wish;
  useEffect(() => {
    latest.current = wish;
  });
  useEffect(() => {
    maker.current = flameMaker(
      () => flameInput(latest.current.source, { ...latest.current, now: latest.current.now() }),
      setModel,
    );
    return () => maker.current?.stop();
  }, []);
  useEffect(() => maker.current?.make(source.size), [source, version, order, weight, seq]);
  const isWanted = model?.order === order && (model.order === 'time' || model.weight === weight);
  return isWanted ? model : undefined;
}

interface FlameMaker {
  make(spans: number): void;
  stop(): void;
}

function flameMaker(input: () => FlameInput, done: (model: FlameModel) => void): FlameMaker {
  let worker: Worker | undefined;
  let begun: number | undefined;
  let isWanted = false;
  let resting: ReturnType<typeof setTimeout> | undefined;
  const finish = (model: FlameModel) => {
    done(model);
    const took = performance.now() - begun!;
    resting = setTimeout(() => {
      begun = undefined;
      if (isWanted) begin();
    }, took * REST);
  };
  const begin = () => {
    isWanted = false;
    begun = performance.now();
    worker ??= startOwnWorker(workerUrl);
    worker.onmessage = ({ data }: MessageEvent<FlameModel>) => finish(data);
    // Slow, and the window waits for it, but the flame is there.
    worker.onerror = () => finish(flameModel(input()));
    const wanted = input();
    worker.postMessage(wanted, memoryOfInput(wanted));
  };
  return {
    make: (spans) => {
      if (begun !== undefined) isWanted = true;
      else if (spans > SOON_MADE) begin();
      else done(flameModel(input()));
    },
    stop: () => {
      clearTimeout(resting);
      worker?.terminate();
    },
  };
}
