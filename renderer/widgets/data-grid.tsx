import { useEffect, useId, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { moveBy } from './grid-keys.ts';
import { useRowWindow } from './use-row-window.ts';
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
  /** Its title sorts the rows. */
  readonly sorts?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** Rows that need not all be there. */
export interface RowSource<Row> {
  readonly length: number;
  at(index: number): Row;
  /** The place of a row by its key; -1 where there is none. */
  indexOf(key: string): number;
}

export interface SortOrder {
  readonly column: string;
  readonly descending: boolean;
}

export function listed<Row>(rows: readonly Row[], keyOf: (row: Row) => string): RowSource<Row> {
  return {
    length: rows.length,
    at: (index) => rows[index]!,
    indexOf: (key) => rows.findIndex((row) => keyOf(row) === key),
  };
}

interface DataGridProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: RowSource<Row>;
  readonly keyOf: (row: Row) => string;
  readonly active: string | undefined;
  readonly onActive: (key: string) => void;
  readonly onOpen: (row: Row) => void;
  readonly onDelete?: (row: Row) => void;
  /** The last rows are on the screen. */
  readonly onEnd?: () => void;
  /** The rows that are on the screen now: from the first to before the last. */
  readonly onShown?: (from: number, to: number) => void;
  readonly order?: SortOrder | undefined;
  /** A title was pressed. */
  readonly onSort?: (column: string) => void;
}

const ROW_HEIGHT = 32;
const MORE_ROWS = 12;

/** A table of any length, of which only the visible rows exist; one row is active and moves with the keys. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { label, rows, keyOf, active, onActive, onOpen, onDelete, onEnd, onShown, order, onSort } = props;
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = props.columns.filter(({ from = 0 }) => width === 0 || width >= from);
  const list = useRowWindow({
    scroller,
    rows: rows.length,
    rowHeight: ROW_HEIGHT,
    head: ROW_HEIGHT,
    more: MORE_ROWS,
  });
  const { from, to } = list;
  const activeIndex = useMemo(() => (active === undefined ? -1 : rows.indexOf(active)), [rows, active]);
  useEffect(() => {
    if (rows.length > 0 && to >= rows.length) onEnd?.();
  }, [to, rows.length, onEnd]);
  useEffect(() => onShown?.(from, to), [from, to, onShown]);

  const onKeyDown = (event: KeyboardEvent) => {
    // A title has keys of its own.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(list.viewport / ROW_HEIGHT) - 1);
    const target = moveBy(event.key, activeIndex, rows.length, page);
    if ((target ?? activeIndex) < 0) return;
    const row = rows.at(target ?? activeIndex);
    if (target !== undefined) {
      onActive(keyOf(row));
      list.reveal(target);
    } else if (event.key === 'Enter') onOpen(row);
    else if (event.key === 'Delete' && onDelete) onDelete(row);
    else return;
    event.preventDefault();
  };
  const SortSign = order?.descending ? ArrowDown : ArrowUp;
  const template = { gridTemplateColumns: columns.map(({ track }) => track).join(' ') };
  const shown = activeIndex >= from && activeIndex < to;
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
      onFocus={({ target, currentTarget }) => {
        if (target !== currentTarget) return;
        if (activeIndex < 0 && rows.length > 0) onActive(keyOf(rows.at(0)));
      }}
    >
      <div role="row" aria-rowindex={1} className="grid-row grid-head" style={template}>
        {columns.map(({ id, title, align, sorts }) => (
          <div
            key={id}
            role="columnheader"
            className={align === 'end' ? 'grid-cell end' : 'grid-cell'}
            {...(order?.column === id && { 'aria-sort': order.descending ? 'descending' : 'ascending' })}
          >
            {sorts && onSort ? (
              <button type="button" className="grid-sort" onClick={() => onSort(id)}>
                {title}
                {order?.column === id && <SortSign size={12} aria-hidden />}
              </button>
            ) : (
              title
            )}
          </div>
        ))}
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: list.height }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, place) => {
          const index = from + place;
          const row = rows.at(index);
          return (
            <div
              key={keyOf(row)}
              id={`${base}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === activeIndex}
              className="grid-row"
              style={{ ...template, transform: `translateY(${list.top(index)}px)` }}
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
