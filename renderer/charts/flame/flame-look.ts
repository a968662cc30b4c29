import { KINDS, STATUSES } from '../../../core/journal/columns/span-chunk.ts';
import type { Span } from '../../../core/journal/run-state.ts';
import { FOUND } from '../lanes/highlight.ts';
import { kindOfTone, statusOfTone, toneOf } from '../lanes/tone.ts';
import type { Palette } from '../palette.ts';
import { boxShape, type BoxLook } from '../raster/box-look.ts';
import { colorWord, mixed } from '../raster/color-word.ts';

/** CSS pixels from one lane to the next. */
export const LANE_HEIGHT = 20;

const KIND_TOKENS: Readonly<Record<Span['kind'], string>> = {
  agent: 'seg-agent',
  call: 'seg-first',
  attempt: 'seg-generating',
  mcp: 'seg-mcp',
  reported: 'seg-reported',
};
const FADED = 0.25;

function tokenOfTone(tone: number): string {
  const status = statusOfTone(tone);
  if (status === 'error') return 'seg-failed';
  return status === 'cancelled' || status === 'interrupted' ? 'seg-cut' : KIND_TOKENS[kindOfTone(tone)];
}

/** How the boxes look in a theme; while something is looked for, all but what was found is pale. */
export function flameLook(palette: Palette, ratio: number, isSearching: boolean): BoxLook {
  const background = colorWord(palette.color('bg'));
  const colors = new Uint32Array(FOUND * 2);
  const hatched = new Uint8Array(FOUND * 2);
  const words = new Map<string, number>();
  const colorOf = (token: string) => {
    const known = words.get(token) ?? colorWord(palette.color(token));
    words.set(token, known);
    return known;
  };
  for (const [status, name] of STATUSES.entries())
    for (const kind of KINDS.keys()) {
      const tone = toneOf(kind, status);
      const color = colorOf(tokenOfTone(tone));
      colors[tone] = isSearching ? mixed(color, background, FADED) : color;
      colors[tone | FOUND] = color;
      hatched[tone] = hatched[tone | FOUND] = name === 'ok' || name === 'running' ? 0 : 1;
    }
  return { shape: boxShape(LANE_HEIGHT, ratio), colors, hatched, background };
}
