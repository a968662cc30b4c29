import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent } from 'd3-zoom';

/** Where a plane is seen: what is at (x, y) stands at (x · scale + left, y · scale + top) of the element. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** A rectangle of the plane. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PanZoom {
  readonly viewport: Viewport;
  /** Shows all of it, with room around; nothing is drawn larger than it is. */
  fit(extent: Extent): void;
  /** Moves just so far that it is seen. */
  reveal(extent: Extent): void;
  scaleBy(factor: number): void;
  panBy(right: number, down: number): void;
  destroy(): void;
}

const SCALES = [0.02, 2] as const;
const ROOM = 32;

/** Drag, wheel and pinch over an element; `byHand` where a person moved it, and not `fit` or `reveal`. */
export function panZoom(
  element: HTMLElement,
  onChange: (viewport: Viewport, byHand: boolean) => void,
): PanZoom {
  let viewport: Viewport = { left: 0, top: 0, scale: 1 };
  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([...SCALES])
    // A double click opens what is under it.
    .filter((event: Event) => event.type !== 'dblclick' && !(event as MouseEvent).button)
    .on('zoom', ({ transform, sourceEvent }: D3ZoomEvent<HTMLElement, unknown>) => {
      viewport = { left: transform.x, top: transform.y, scale: transform.k };
      onChange(viewport, Boolean(sourceEvent));
    });
  const selection = select(element).call(behaviour).on('dblclick.zoom', null);
  const move = ({ left, top, scale }: Viewport) =>
    selection.call(behaviour.transform, zoomIdentity.translate(left, top).scale(scale));
  return {
    get viewport() {
      return viewport;
    },
    fit({ left, top, width, height }) {
      const { clientWidth, clientHeight } = element;
      if (clientWidth === 0 || width === 0) return;
      const wanted = Math.min((clientWidth - 2 * ROOM) / width, (clientHeight - 2 * ROOM) / height, 1);
      const scale = Math.max(SCALES[0], wanted);
      move({
        left: (clientWidth - width * scale) / 2 - left * scale,
        top: (clientHeight - height * scale) / 2 - top * scale,
        scale,
      });
    },
    reveal({ left, top, width, height }) {
      const { scale } = viewport;
      const [x, y] = [left * scale + viewport.left, top * scale + viewport.top];
      const right = shiftInto(x, width * scale, element.clientWidth);
      const down = shiftInto(y, height * scale, element.clientHeight);
      if (right !== 0 || down !== 0) move({ left: viewport.left + right, top: viewport.top + down, scale });
    },
    scaleBy: (factor) => void selection.call(behaviour.scaleBy, factor),
    panBy: (right, down) =>
      void selection.call(behaviour.translateBy, right / viewport.scale, down / viewport.scale),
    destroy: () => void selection.on('.zoom', null),
  };
}

/** How far to move a stretch so that it lies within a length, with room on either side. */
function shiftInto(start: number, length: number, whole: number): number {
  if (start < ROOM) return ROOM - start;
  return Math.min(0, whole - ROOM - (start + length));
}
