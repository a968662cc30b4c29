import { scaleLinear, scaleTime, type ScaleTime } from 'd3-scale';
import { line } from 'd3-shape';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Millis } from '../../core/base/units.ts';
import { moveBy } from '../widgets/grid-keys.ts';
import { useWidth } from '../widgets/use-size.ts';
import './time-series.css';

/** Besides the colour, what tells one line from another. */
type Stroke = 'solid' | 'dashed' | 'dotted';

export interface Series {
  readonly id: string;
  readonly title: string;
  /** A colour of the design tokens. */
  readonly token: string;
  readonly stroke: Stroke;
  /** One for each time; a gap where there is none. */
  readonly values: readonly (number | undefined)[];
}

interface TimeSeriesProps {
  readonly title: string;
  readonly times: readonly Millis[];
  readonly series: readonly Series[];
  readonly form: 'line' | 'bar';
  readonly format: (value: number) => string;
  readonly formatTime: (at: Millis) => string;
  /** The highest value is at least so much. */
  readonly least?: number;
}

const HEIGHT = 96;
const FLOOR = 80;
const MOST_TICKS = 4;
/** CSS pixels: what the longest time takes. */
const TICK_WIDTH = 64;

/** A few values over time, with the newest beside their names, or those where the pointer or the arrow keys are. */
export function TimeSeries({ title, times, series, form, format, formatTime, least = 0 }: TimeSeriesProps) {
  const { t } = useTranslation();
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);
  const [cursor, setCursor] = useState<number>();
  const step = times.length > 1 ? times[1]! - times[0]! : 1;
  const [first, last] = [times[0] ?? 0, (times.at(-1) ?? 0) + step];
  const most = Math.max(least, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = scaleTime([first, last], [0, width]);
  const y = scaleLinear([0, most || 1], [FLOOR, 14]);
  const at = cursor !== undefined && cursor < times.length ? cursor : undefined;
  const shown = at ?? times.length - 1;
  const onPointerMove = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left } = currentTarget.getBoundingClientRect();
    const index = Math.floor(((clientX - left) / Math.max(1, width)) * times.length);
    setCursor(Math.min(times.length - 1, Math.max(0, index)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const keys: Readonly<Record<string, string>> = { ArrowLeft: 'ArrowUp', ArrowRight: 'ArrowDown' };
    const to = moveBy(keys[event.key] ?? event.key, shown, times.length, 10);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setCursor(to);
  };
  const wordsOf = ({ title: name, values }: Series) =>
    `${name} ${values[shown] === undefined ? '–' : format(values[shown])}`;
  const newest = (values: Series['values']) =>
    at === undefined ? values.findLast((value) => value !== undefined) : values[at];
  return (
    <figure className="series">
      <figcaption className="series-head">
        <h3>{title}</h3>
        {series.map(({ id, title: name, token, stroke, values }) => {
          const value = newest(values);
          return (
            <span key={id} className="series-value">
              {form === 'line' && (
                <span className={`series-key ${stroke}`} style={{ color: `var(--${token})` }} />
              )}
              <span className="dim">{name}</span>
              <strong>{value === undefined ? '–' : format(value)}</strong>
            </span>
          );
        })}
        {at !== undefined && <span className="dim">{formatTime(times[at]!)}</span>}
      </figcaption>
      <div
        ref={plot}
        className="series-plot"
        role="slider"
        aria-label={t('performance.chart', { title })}
        aria-valuemin={1}
        aria-valuemax={times.length}
        aria-valuenow={shown + 1}
        aria-valuetext={[formatTime(times[shown] ?? 0), ...series.map(wordsOf)].join(', ')}
        tabIndex={0}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCursor(undefined)}
        onBlur={() => setCursor(undefined)}
        onKeyDown={onKeyDown}
      >
        <svg aria-hidden viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`}>
          {y.ticks(2).map((value) => (
            <g key={value}>
              <line className="series-rule" x1={0} x2={width} y1={y(value)} y2={y(value)} />
              {value > 0 && (
                <text className="series-tick" x={0} y={y(value) - 3}>
                  {format(value)}
                </text>
              )}
            </g>
          ))}
          {form === 'bar'
            ? series.map(({ id, token, values }) => (
                <g key={id} className="series-bar" style={{ color: `var(--${token})` }}>
                  {values.map((value, index) =>
                    value ? (
                      <rect
                        key={times[index]}
                        x={x(times[index]!)}
                        width={Math.max(1, width / times.length - 1)}
                        y={y(value)}
                        height={Math.max(1, FLOOR - y(value))}
                      />
                    ) : null,
                  )}
                </g>
              ))
            : series.map(({ id, token, stroke, values }) => (
                <path
                  key={id}
                  className={`series-line ${stroke}`}
                  style={{ color: `var(--${token})` }}
                  d={pathOf(times, values, (time) => x(time + step / 2), y)}
                />
              ))}
          {at !== undefined && (
            <line
              className="series-cursor"
              x1={x(times[at]! + step / 2)}
              x2={x(times[at]! + step / 2)}
              y1={0}
              y2={FLOOR}
            />
          )}
          {ticksWithin(x, width).map((time) => (
            <text key={time.getTime()} className="series-tick" x={x(time)} y={HEIGHT - 2} textAnchor="middle">
              {formatTime(time.getTime())}
            </text>
          ))}
        </svg>
      </div>
      <table className="sr-only">
        <caption>{title}</caption>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row">{formatTime(time)}</th>
              {series.map(({ id, title: name, values }) => (
                <td key={id}>
                  {name} {values[index] === undefined ? '–' : format(values[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Times to be written under the plot, as many as have room in it. */
function ticksWithin(x: ScaleTime<number, number>, width: number): readonly Date[] {
  const ticks = x.ticks(Math.max(1, Math.min(MOST_TICKS, Math.floor(width / TICK_WIDTH / 1.4))));
  return ticks.filter((time) => x(time) >= TICK_WIDTH / 2 && x(time) <= width - TICK_WIDTH / 2);
}

/** A line through neighbours that have a value; a single one is a short stroke, so that it is seen. */
function pathOf(
  times: readonly Millis[],
  values: Series['values'],
  x: (time: Millis) => number,
  y: (value: number) => number,
): string {
  const points = times.flatMap((time, index) => {
    const value = values[index];
    const isAlone = value !== undefined && values[index - 1] === undefined && values[index + 1] === undefined;
    const point = { x: x(time), y: value === undefined ? undefined : y(value) };
    return isAlone ? [point, { ...point, x: point.x + 2 }] : [point];
  });
  const path = line<(typeof points)[number]>()
    .defined((point) => point.y !== undefined)
    .x((point) => point.x)
    .y((point) => point.y!);
  return path(points) ?? '';
}
