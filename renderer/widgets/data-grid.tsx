import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { moveBy } from './grid-keys.ts';
import { useWidth } from './use-size.ts';
import './data-grid.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid: `96px`, `minmax(120px, 2fr)`. */
  readonly track: string;
  readonly align?: 'end';
  /** The narrowest grid, in CSS pixels, that still shows this column. */
  readonly from?: number;
  readonly cell: (row: Row) => ReactNode;
}

interface DataGridProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly active: string | undefined;
  readonly onActive: (key: string) => void;
  readonly onOpen: (row: Row) => void;
  readonly onDelete?: (row: Row) => void;
  /** The last rows are on the screen. */
  readonly onEnd?: () => void;
}

const ROW_HEIGHT = 32;

/** A table of any length, of which only the visible rows exist; one row is active and moves with the keys. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { label, rows, keyOf, active, onActive, onOpen, onDelete, onEnd } = props;
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = props.columns.filter(({ from = 0 }) => width === 0 || width >= from);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
    useFlushSync: false,
  });
  const activeIndex = active === undefined ? -1 : rows.findIndex((row) => keyOf(row) === active);
  const items = virtualizer.getVirtualItems();
  const lastVisible = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (rows.length > 0 && lastVisible >= rows.length - 1) onEnd?.();
  }, [lastVisible, rows.length, onEnd]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const to = moveBy(event.key, activeIndex, rows.length, page);
    const row = rows[to ?? activeIndex];
    if (!row) return;
    if (to !== undefined) {
      onActive(keyOf(row));
      virtualizer.scrollToIndex(to);
    } else if (event.key === 'Enter') onOpen(row);
    else if (event.key === 'Delete' && onDelete) onDelete(row);
    else return;
    event.preventDefault();
  };
  const template = { gridTemplateColumns: columns.map(({ track }) => track).join(' ') };
  const shown = items.some(({ index }) => index === activeIndex);
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={shown ? `${base}-${activeIndex}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => {
        const first = rows[0];
        if (activeIndex < 0 && first) onActive(keyOf(first));
      }}
    >
      <div role="row" aria-rowindex={1} className="grid-row grid-head" style={template}>
        {columns.map(({ id, title, align }) => (
          <div key={id} role="columnheader" className={align === 'end' ? 'grid-cell end' : 'grid-cell'}>
            {title}
          </div>
        ))}
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index]!;
          return (
            <div
              key={keyOf(row)}
              id={`${base}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === activeIndex}
              className="grid-row"
              style={{ ...template, transform: `translateY(${start}px)` }}
              onClick={() => {
                onActive(keyOf(row));
                onOpen(row);
              }}
            >
              {columns.map(({ id, align, cell }) => (
                <div key={id} role="gridcell" className={align === 'end' ? 'grid-cell end' : 'grid-cell'}>
                  {cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
