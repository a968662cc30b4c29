import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type Ref,
  type RefObject,
} from 'react';
import { paletteOf, type Palette } from './palette.ts';
import './chart-canvas.css';

/** CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ChartHandle {
  /** Draws with the next frame; any number of wishes is one drawing. */
  invalidate(): void;
}

interface ChartCanvasProps<Mark> {
  readonly handle?: Ref<ChartHandle>;
  readonly draw: (context: CanvasRenderingContext2D, size: Size, palette: Palette) => void;
  /** Whose pointer events are the chart's, where other elements lie over or under it; else the canvas itself. */
  readonly surface?: RefObject<HTMLElement | null>;
  readonly hitTest?: (x: number, y: number, size: Size) => Mark | undefined;
  /** Dragged by so many pixels. */
  readonly onDrag?: (pixels: number, size: Size) => void;
  /** The wheel with Ctrl or Cmd held, or a pinch: below 1 is closer, at `x`. */
  readonly onZoom?: (factor: number, x: number, size: Size) => void;
  readonly tooltip?: (mark: Mark) => ReactNode;
}

const DRAG_STARTS_AT = 4;
const TOOLTIP_WIDTH = 280;

/**
 * The canvas of a chart: its size in device pixels, its frames, its pointer. What is drawn, and what stands
 * where, is the chart's own. It is drawn again with every render and whenever `invalidate` is called.
 */
export function ChartCanvas<Mark>(props: ChartCanvasProps<Mark>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  const frame = useRef(0);
  const size = useRef<Size>({ width: 0, height: 0 });
  const [hover, setHover] = useState<{ readonly mark: Mark; readonly x: number; readonly y: number }>();

  const paint = () => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    const { width, height } = size.current;
    if (!element || !context || width === 0 || height === 0) return;
    const ratio = devicePixelRatio;
    const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== deviceWidth || element.height !== deviceHeight) {
      element.width = deviceWidth;
      element.height = deviceHeight;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    latest.current.draw(context, size.current, paletteOf(element));
  };
  const invalidate = () => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      paint();
    });
  };
  useImperativeHandle(props.handle, () => ({ invalidate }));

  useLayoutEffect(() => {
    latest.current = props;
    // At once: a canvas that was moved must not be seen with what was drawn for its old place.
    const element = canvas.current!;
    size.current = { width: element.clientWidth, height: element.clientHeight };
    paint();
  });
  useEffect(() => {
    const element = canvas.current!;
    const measure = () => {
      size.current = { width: element.clientWidth, height: element.clientHeight };
      paint();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const looks = ['(prefers-contrast: more)', '(forced-colors: active)'].map((query) => matchMedia(query));
    const themed = new MutationObserver(invalidate);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    for (const look of looks) look.addEventListener('change', invalidate);
    addEventListener('resize', invalidate);
    void document.fonts.ready.then(invalidate);
    return () => {
      observer.disconnect();
      themed.disconnect();
      for (const look of looks) look.removeEventListener('change', invalidate);
      removeEventListener('resize', invalidate);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, []);

  useEffect(() => {
    const element = canvas.current!;
    const surface = latest.current.surface?.current ?? element;
    const listening = new AbortController();
    const { signal } = listening;
    let pressed: number | undefined;
    const place = (event: MouseEvent) => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const clear = () => setHover(undefined);
    const onMove = (event: PointerEvent) => {
      const { hitTest, onDrag } = latest.current;
      if (pressed !== undefined && onDrag) {
        const dragging = surface.hasPointerCapture(event.pointerId);
        if (!dragging && Math.abs(event.clientX - pressed) < DRAG_STARTS_AT) return;
        // Only now: a captured pointer would take the click from what lies under it.
        if (!dragging) surface.setPointerCapture(event.pointerId);
        clear();
        onDrag(event.clientX - pressed, size.current);
        pressed = event.clientX;
        return;
      }
      const { x, y } = place(event);
      const mark = x < 0 ? undefined : hitTest?.(x, y, size.current);
      setHover(mark === undefined ? undefined : { mark, x: event.clientX, y: event.clientY });
    };
    const onDown = (event: PointerEvent) => {
      if (event.button === 0 && place(event).x >= 0) pressed = event.clientX;
    };
    const onUp = () => void (pressed = undefined);
    const onWheel = (event: WheelEvent) => {
      const { onZoom, onDrag } = latest.current;
      if (event.ctrlKey || event.metaKey) {
        if (!onZoom) return;
        event.preventDefault();
        onZoom(Math.exp(event.deltaY * 0.004), Math.max(0, place(event).x), size.current);
        return;
      }
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (sideways === 0 || !onDrag) return;
      event.preventDefault();
      onDrag(-sideways, size.current);
    };
    surface.addEventListener('pointermove', onMove, { signal });
    surface.addEventListener('pointerdown', onDown, { signal });
    surface.addEventListener('pointerup', onUp, { signal });
    surface.addEventListener('pointercancel', onUp, { signal });
    surface.addEventListener('pointerleave', clear, { signal });
    // React's wheel listeners are passive: they cannot keep the page from zooming.
    surface.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => listening.abort();
  }, []);

  const tip = hover && props.tooltip?.(hover.mark);
  return (
    <>
      <canvas ref={canvas} className="chart-canvas" aria-hidden />
      {hover && tip && (
        <div
          className="chart-tooltip"
          aria-hidden
          style={{
            left: Math.max(8, Math.min(hover.x + 12, innerWidth - TOOLTIP_WIDTH - 8)),
            ...(hover.y > innerHeight / 2 ? { bottom: innerHeight - hover.y + 12 } : { top: hover.y + 16 }),
          }}
        >
          {tip}
        </div>
      )}
    </>
  );
}
