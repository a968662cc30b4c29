/** A list of rows of one height in an element that scrolls. Pixels. */
export interface RowExtent {
  readonly rows: number;
  readonly rowHeight: number;
  /** Of what scrolls, without what stands above the rows. */
  readonly viewport: number;
}

/** Browsers show no element that is much higher; what does not fit moves faster than its scroll bar. */
const HIGHEST = 16_000_000;

/** How high the list is where it scrolls. */
export function scrollHeight({ rows, rowHeight }: Omit<RowExtent, 'viewport'>): number {
  return Math.min(rows * rowHeight, HIGHEST);
}

/** Where the upper edge of what is seen stands, from the first row on, where it is scrolled so far. */
export function offsetAt(extent: RowExtent, scrollTop: number): number {
  return scrollTop * speedOf(extent);
}

/** How far to scroll, so that what is seen begins there. */
export function scrollTo(extent: RowExtent, offset: number): number {
  return offset / speedOf(extent);
}

/** The rows that are seen, `more` above and below them: from the first one to before the last. */
export function rowsIn(
  extent: RowExtent,
  scrollTop: number,
  more: number,
): { readonly from: number; readonly to: number } {
  const { rows, rowHeight, viewport } = extent;
  const offset = offsetAt(extent, scrollTop);
  const from = Math.max(0, Math.floor(offset / rowHeight) - more);
  return { from, to: Math.min(rows, Math.ceil((offset + viewport) / rowHeight) + more) };
}

/** How far to scroll at least, so that a row is seen whole; nothing where it is. */
export function scrollToRow(extent: RowExtent, scrollTop: number, row: number): number | undefined {
  const offset = offsetAt(extent, scrollTop);
  const top = row * extent.rowHeight;
  const bottom = top + extent.rowHeight;
  if (top < offset) return scrollTo(extent, top);
  if (bottom <= offset + extent.viewport) return undefined;
  return scrollTo(extent, bottom - extent.viewport);
}

function speedOf(extent: RowExtent): number {
  const whole = extent.rows * extent.rowHeight - extent.viewport;
  const scrolled = scrollHeight(extent) - extent.viewport;
  return whole > 0 && scrolled > 0 ? whole / scrolled : 1;
}
