import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { offsetAt, rowsIn, scrollHeight, scrollTo, scrollToRow, type RowExtent } from './row-window.ts';

interface RowWindowOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: number;
  readonly rowHeight: number;
  /** What stays above the rows. */
  readonly head: number;
  /** Rows that are there above and below those that are seen. */
  readonly more: number;
}

export interface RowWindow {
  /** The rows that are there: from the first to before the last. */
  readonly from: number;
  readonly to: number;
  /** Of the element that holds them. */
  readonly height: number;
  /** Of what is seen of it. */
  readonly viewport: number;
  /** Where a row stands in that element. */
  top(row: number): number;
  /** Brings a row into sight. */
  reveal(row: number): void;
  toEnd(): void;
}

/** Which rows of a list of any length are to be there, by how far its element is scrolled. */
export function useRowWindow({ scroller, rows, rowHeight, head, more }: RowWindowOptions): RowWindow {
  const [{ scrollTop, clientHeight }, setPlace] = useState({ scrollTop: 0, clientHeight: 0 });
  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => {
      const { scrollTop, clientHeight } = element;
      setPlace((before) =>
        before.scrollTop === scrollTop && before.clientHeight === clientHeight
          ? before
          : { scrollTop, clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller]);
  const viewport = Math.max(0, clientHeight - head);
  const extent = { rows, rowHeight, viewport };
  const latest = useRef(extent);
  useLayoutEffect(() => {
    latest.current = extent;
  });
  // Where it moves faster than its scroll bar, a row stands where it is seen.
  const shift = scrollTop - offsetAt(extent, scrollTop);
  const [moves] = useState(() => {
    const scroll = (to: (extent: RowExtent, from: number) => number | undefined) => {
      const element = scroller.current!;
      element.scrollTop = to(latest.current, element.scrollTop) ?? element.scrollTop;
    };
    return {
      reveal: (row: number) => scroll((extent, from) => scrollToRow(extent, from, row)),
      toEnd: () => scroll((extent) => scrollTo(extent, extent.rows * extent.rowHeight - extent.viewport)),
    };
  });
  return {
    ...rowsIn(extent, scrollTop, more),
    height: scrollHeight(extent),
    viewport,
    top: (row) => row * rowHeight + shift,
    ...moves,
  };
}
