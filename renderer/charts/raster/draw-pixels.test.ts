import { expect, test } from 'vitest';
import { KINDS, STATUSES } from '../../../core/journal/columns/span-chunk.ts';
import { PixelBoxes } from '../lanes/pixel-boxes.ts';
import { toneOf } from '../lanes/tone.ts';
import { boxShape, type BoxLook } from './box-look.ts';
import { drawPixels } from './draw-pixels.ts';

const OK = toneOf(KINDS.indexOf('call'), STATUSES.indexOf('ok'));
const FAILED = toneOf(KINDS.indexOf('call'), STATUSES.indexOf('error'));
const LETTERS = ['.', 'o', 'X'];

function picture(width: number, height: number, draw: (boxes: PixelBoxes) => void): readonly string[] {
  const colors = new Uint32Array(128);
  const hatched = new Uint8Array(128);
  colors[OK] = 1;
  colors[FAILED] = 2;
  hatched[FAILED] = 1;
  const look: BoxLook = { shape: boxShape(10, 1), colors, hatched, background: 0 };
  const boxes = new PixelBoxes();
  draw(boxes);
  const words = new Uint32Array(width * height);
  const rows = drawPixels({ image: { width, height } as ImageData, words }, boxes, look);
  return Array.from({ length: rows }, (_, line) =>
    Array.from(words.subarray(line * width, (line + 1) * width), (word) => LETTERS[word]).join(''),
  );
}

test('a box has a gap after it, a pile is cut through, and what failed is taller', () => {
  const seen = picture(12, 30, (boxes) => {
    boxes.add(0, 5, 0, OK, 0);
    boxes.addMerged(6, 0, OK, 1);
    boxes.addMerged(7, 0, OK, 2);
    boxes.addMerged(8, 0, FAILED, 3);
    boxes.add(10, 2, 0, FAILED, 4);
  });
  expect(seen).toEqual([
    '........X.XX',
    '........X.XX',
    'oooo..ooX.XX',
    'oooo..ooX.XX',
    'oooo..ooX.XX',
    'oooo......XX',
    'oooo......XX',
    'oooo..ooX.XX',
    'oooo..ooX.XX',
    '............',
  ]);
});

test('what failed and is wide enough is hatched, and lanes beyond the picture are cut', () => {
  const seen = picture(8, 14, (boxes) => {
    boxes.add(0, 8, -6, OK, 0);
    boxes.add(0, 8, 4, FAILED, 1);
  });
  expect(seen.slice(0, 4)).toEqual(['ooooooo.', 'ooooooo.', 'ooooooo.', '........']);
  const hatched = seen.slice(6, 9);
  expect(hatched).toEqual(['XXXX.XX.', 'XXX.XXX.', 'XX.XXXX.']);
  expect(seen).toHaveLength(14);
});
