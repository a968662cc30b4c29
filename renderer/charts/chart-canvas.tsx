import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import type { ChartProps, Size } from './chart-props.ts';
import { listen } from './chart-pointer.ts';
import { chooseRaster } from './raster/choose-raster.ts';
import { paletteOf } from './palette.ts';
import './chart-canvas.css';

const TOOLTIP_WIDTH = 280;
/**
 * The canvas of a chart: its size in device pixels, its frames, its pointer. What is drawn, and what stands
 * where, is the chart's own. It is drawn again with every render and whenever `invalidate` is called.
 */
export function ChartCanvas<Mark>(props: ChartProps<Mark>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  const frame = useRef(0);
  const size = useRef<Size>({ width: 0, height: 0 });
  const [hover, setHover] = useState<{ readonly mark: Mark; readonly x: number; readonly y: number }>();

  const paint = () => {
    const element = canvas.current;
    const context = element?.getContext('2d', { willReadFrequently: chooseRaster() === 'pixels' });
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
    return listen(surface, element, {
      props: () => latest.current,
      size: () => size.current,
      onHover: (mark, x, y) => setHover(mark === undefined ? undefined : { mark, x, y }),
    });
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
