import { STEP_KEYS, type ChartProps, type Drag, type Size } from './chart-props.ts';

const DRAG_STARTS_AT = 4;
/** What one press of a key does. */
const KEY_ZOOM = 1.25;
const KEY_PAN = 0.1;

interface Chart<Mark> {
  readonly props: () => ChartProps<Mark>;
  readonly size: () => Size;
  readonly onHover: (mark: Mark | undefined, x: number, y: number) => void;
}

/**
 * Pointer, wheel, pinch and keys over `surface`, for the chart on `canvas`: W and S come closer and go back, A and D
 * go left and right. Returns what ends it.
 */
export function listen<Mark>(surface: HTMLElement, canvas: HTMLElement, chart: Chart<Mark>): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  /** Where each pointer that is down is, and where the first went down. */
  const down = new Map<number, { x: number; y: number }>();
  let pressed: { readonly x: number; readonly y: number } | undefined;
  let hasDragged = false;
  const place = (event: MouseEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const markAt = (event: MouseEvent) => {
    const { x, y } = place(event);
    return x < 0 ? undefined : chart.props().hitTest?.(x, y, chart.size());
  };
  const clear = () => chart.onHover(undefined, 0, 0);
  const pinch = (event: PointerEvent) => {
    const apart = () => {
      const [one, other] = [...down.values()];
      return { length: Math.hypot(one!.x - other!.x, one!.y - other!.y), x: (one!.x + other!.x) / 2 };
    };
    const before = apart();
    down.set(event.pointerId, place(event));
    const after = apart();
    const { onZoom, onDrag } = chart.props();
    if (before.length > 0 && after.length > 0) onZoom?.(before.length / after.length, after.x, chart.size());
    onDrag?.(after.x - before.x, chart.size(), { vertical: 0, from: undefined });
  };
  const onMove = (event: PointerEvent) => {
    const { onDrag } = chart.props();
    const before = down.get(event.pointerId);
    if (before && down.size === 2) return pinch(event);
    if (!before || !pressed || !onDrag) return chart.onHover(markAt(event), event.clientX, event.clientY);
    const { x, y } = place(event);
    const isDragging = surface.hasPointerCapture(event.pointerId);
    if (!isDragging && Math.hypot(x - before.x, y - before.y) < DRAG_STARTS_AT) return;
    // Only now: a captured pointer would take the click from what lies under it.
    if (!isDragging) surface.setPointerCapture(event.pointerId);
    hasDragged = true;
    clear();
    onDrag(x - before.x, chart.size(), { vertical: y - before.y, from: pressed.x });
    down.set(event.pointerId, { x, y });
  };
  const onDown = (event: PointerEvent) => {
    const at = place(event);
    if (event.button !== 0 || at.x < 0) return;
    if (down.size === 0) hasDragged = false;
    down.set(event.pointerId, at);
    pressed = at;
  };
  const onUp = (event: PointerEvent) => void down.delete(event.pointerId);
  const onClick = (event: MouseEvent) => {
    const { onClick: click, onDoubleClick } = chart.props();
    const mark = hasDragged || !(click ?? onDoubleClick) ? undefined : markAt(event);
    if (mark === undefined) return;
    (event.detail > 1 ? onDoubleClick : click)?.(mark);
  };
  const onWheel = (event: WheelEvent) => {
    const { onZoom, onDrag } = chart.props();
    if (event.ctrlKey || event.metaKey) {
      if (!onZoom) return;
      event.preventDefault();
      onZoom(Math.exp(event.deltaY * 0.004), Math.max(0, place(event).x), chart.size());
      return;
    }
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (sideways === 0 || !onDrag) return;
    event.preventDefault();
    onDrag(-sideways, chart.size(), { vertical: 0, from: undefined });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== surface) return;
    if (press(event.key, chart)) event.preventDefault();
  };
  surface.addEventListener('pointermove', onMove, { signal });
  surface.addEventListener('pointerdown', onDown, { signal });
  surface.addEventListener('pointerup', onUp, { signal });
  surface.addEventListener('pointercancel', onUp, { signal });
  surface.addEventListener('pointerleave', clear, { signal });
  surface.addEventListener('click', onClick, { signal });
  surface.addEventListener('keydown', onKeyDown, { signal });
  // React's wheel listeners are passive: they cannot keep the page from zooming.
  surface.addEventListener('wheel', onWheel, { signal, passive: false });
  return () => listening.abort();
}

const BY_KEY: Readonly<Drag> = { vertical: 0, from: undefined };

/** Whether the key means something to the chart. */
function press<Mark>(key: string, chart: Chart<Mark>): boolean {
  const { onZoom, onDrag, onStep } = chart.props();
  const size = chart.size();
  const name = key.toLowerCase();
  const step = STEP_KEYS.find((known) => known === key);
  if ((name === 'w' || name === 's') && onZoom)
    onZoom(name === 'w' ? 1 / KEY_ZOOM : KEY_ZOOM, size.width / 2, size);
  else if ((name === 'a' || name === 'd') && onDrag)
    onDrag((name === 'a' ? 1 : -1) * KEY_PAN * size.width, size, BY_KEY);
  else if (step && onStep) onStep(step);
  else return false;
  return true;
}
