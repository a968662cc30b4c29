/** Where the parts of a box are in its lane, in device pixels from the lane's upper edge. */
export interface BoxShape {
  readonly height: number;
  /** What failed is taller than the rest: it begins here, others at `top`. */
  readonly errorTop: number;
  readonly top: number;
  /** From here on what stands for several spans is cut through, so that it looks like a pile. */
  readonly cutFrom: number;
  readonly cutTo: number;
  readonly bottom: number;
  /** From one line to the next of what is hatched. */
  readonly hatch: number;
}

/** How boxes are drawn; tones are places in `colors`. */
export interface BoxLook {
  readonly shape: BoxShape;
  /** 0xAABBGGRR. */
  readonly colors: Uint32Array;
  /** Over tones that are hatched: what failed or was cut off. */
  readonly hatched: Uint8Array;
  readonly background: number;
}

/** For a lane of `height` pixels on a screen with `ratio` device pixels to each. */
export function boxShape(height: number, ratio: number): BoxShape {
  const scaled = (length: number) => Math.max(1, Math.round(length * ratio));
  const whole = Math.round(height * ratio);
  const bottom = whole - scaled(1);
  return {
    height: whole,
    errorTop: 0,
    top: scaled(2),
    cutFrom: bottom - scaled(4),
    cutTo: bottom - scaled(2),
    bottom,
    hatch: scaled(5),
  };
}

/** So wide a box has a gap before the next one, and lines where it is hatched. */
export const WIDE = 4;
