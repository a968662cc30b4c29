import { useEffect, useRef, useState } from 'react';
import {
  flameInput,
  flameModel,
  memoryOfInput,
  type FlameInput,
  type FlameModel,
  type FlameOrder,
} from './flame-model.ts';
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
}

/**
 * The newest flame that has been made; `undefined` before the first. A large one is made in another thread, and while
 * it is made no second one is begun: what changes meanwhile is in the next.
 */
export function useFlameModel(wish: FlameWish): FlameModel | undefined {
  const [model, setModel] = useState<FlameModel>();
  const latest = useRef(wish);
  const maker = useRef<FlameMaker>(undefined);
  const { source, version, order, weight } = wish;
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
  useEffect(() => maker.current?.make(source.size), [source, version, order, weight]);
  return model?.order === order ? model : undefined;
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
    worker ??= new Worker(new URL('flame-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FlameModel>) => finish(data);
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
