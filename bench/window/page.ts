/// <reference types="vite/client" />
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '../../renderer/styles/tokens.css';
import '../../renderer/styles/base.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { SpanColumns } from '../../core/journal/columns/span-columns.ts';
import { startTranslation } from '../../renderer/app/i18n.ts';
import { chooseRaster } from '../../renderer/charts/raster/choose-raster.ts';
import { Flame } from '../../renderer/features/run/flame/flame.tsx';
import { generatedColumns } from './generated-columns.ts';

const AGENTS = 8;

let source: SpanColumns | undefined;

/** What the benchmark does in this page. */
const bench = {
  generate: (spans: number) => void (source = generatedColumns(spans, AGENTS)),
  raster: chooseRaster,
  open: () => {
    if (!source) throw new Error('generate first');
    const columns = source;
    const { end } = columns.chunks[0]!;
    const run = { source: columns, version: 1, now: () => end[0]!, live: false };
    const selection = { span: undefined, select: () => undefined, open: () => undefined };
    createRoot(document.getElementById('root')!).render(createElement(Flame, { run, selection }));
  },
};
export type BenchPage = typeof bench;

await startTranslation('en');
Object.assign(globalThis, { bench });
