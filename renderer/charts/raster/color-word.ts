const words = new Map<string, number>();

/** A colour of CSS as 0xAABBGGRR, opaque; the canvas itself reads it, so that any notation will do. */
export function colorWord(color: string): number {
  let word = words.get(color);
  if (word !== undefined) return word;
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser has no canvas');
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  word = wordOf(red, green, blue);
  words.set(color, word);
  return word;
}

/** So much of `one` over `other`. */
export function mixed(one: number, other: number, share: number): number {
  const channel = (shift: number) =>
    Math.round(((one >>> shift) & 255) * share + ((other >>> shift) & 255) * (1 - share));
  return wordOf(channel(0), channel(8), channel(16));
}

/** Whether dark text is easier to read on it than light text: as WCAG has it. */
export function isLight(word: number): boolean {
  const linear = (shift: number) => {
    const part = ((word >>> shift) & 255) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16) > 0.179;
}

/** The same for CSS. */
export function cssOf(word: number): string {
  return `rgb(${word & 255} ${(word >>> 8) & 255} ${(word >>> 16) & 255})`;
}

function wordOf(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
