/** How many boxes are drawn with: rectangles, or a buffer of pixels that is put on the canvas. */
export type Raster = 'fills' | 'pixels';

const WIDTH = 960;
const HEIGHT = 540;
/** As many as a crowded chart has: few are cheap everywhere. */
const BOXES = 3000;
const TRIES = 2;

let chosen: Raster | undefined;

/**
 * What draws faster here, measured once: with a GPU rectangles are nearly free, without one (virtual machines, remote
 * desktops) each of them is drawn by this very processor.
 */
export function chooseRaster(): Raster {
  return (chosen ??= timeOf(fills) < timeOf(pixels()) ? 'fills' : 'pixels');
}

function timeOf(measure: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = performance.now();
    measure();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

/** Reading one pixel back waits until all of it has been drawn; a canvas that is read often would leave the GPU. */
function fills(): void {
  const context = canvas(false);
  for (let box = 0; box < BOXES; box++) {
    if (box % 100 === 0) context.fillStyle = `rgb(${box % 256} 0 0)`;
    context.fillRect((box * 7) % WIDTH, (box * 18) % HEIGHT, 1 + (box % 5), 16);
  }
  context.getImageData(0, 0, 1, 1);
}

/** In memory that is used again, as in charts. */
function pixels(): () => void {
  const context = canvas(true);
  const image = new ImageData(WIDTH, HEIGHT);
  const words = new Uint32Array(image.data.buffer);
  return () => {
    words.fill(0xff00_0000);
    for (let box = 0; box < BOXES; box++) {
      const at = ((box * 18) % HEIGHT) * WIDTH + ((box * 7) % WIDTH);
      for (let line = 0; line < 16; line++) {
        const from = at + line * WIDTH;
        words.fill(0xff00_0000 | box, from, from + 1 + (box % 5));
      }
    }
    context.putImageData(image, 0, 0);
    context.getImageData(0, 0, 1, 1);
  };
}

function canvas(willReadFrequently: boolean): CanvasRenderingContext2D {
  const element = document.createElement('canvas');
  element.width = WIDTH;
  element.height = HEIGHT;
  const context = element.getContext('2d', { willReadFrequently });
  if (!context) throw new Error('this browser has no canvas');
  return context;
}
