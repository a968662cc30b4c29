import {
  ChevronFirst,
  ChevronLast,
  ChevronLeft,
  ChevronRight,
  Pause,
  Play,
  Radio,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '../../../app/commands.ts';
import { ChartCanvas } from '../../../charts/chart-canvas.tsx';
import type { Size } from '../../../charts/chart-props.ts';
import type { Palette } from '../../../charts/palette.ts';
import { useFormat } from '../../../format/use-format.ts';
import { usePlayhead, useRun } from '../../../stores/run-context.tsx';
import type { ShownRun } from '../../../stores/shown-run.ts';
import '../../../widgets/button.css';
import { densityOf, type Density } from './density.ts';
import { nextSpanSeq, previousSpanSeq } from './steps.ts';
import './transport.css';
import { SPEEDS, usePlaying, type Speed } from './use-playing.ts';

const PARTS = 400;

/** Which moment of the run all views show: it follows what comes, or stands at an event. */
export function Transport() {
  const view = useRun((run) => run.view);
  const newest = useRun((run) => run.newest);
  return view && newest ? <TransportOf view={view} newest={newest} /> : null;
}

function TransportOf({ view, newest }: { readonly view: ShownRun; readonly newest: ShownRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const playhead = usePlayhead();
  const isPlayhead = useRun((run) => run.isPlayhead);
  const [speed, setSpeed] = useState<Speed>(1);
  const { playing, play, pause } = usePlaying(view, newest, isPlayhead, speed);
  const { lastSeq } = view.run;
  const seek = (seq: number | undefined) => {
    pause();
    if (seq === undefined || seq >= newest.run.lastSeq) playhead.follow();
    else playhead.seek({ seq: Math.max(1, seq) });
  };
  const commands = useTransportCommands({
    first: () => seek(1),
    previousSpan: () => seek(previousSpanSeq(view) ?? 1),
    previous: () => seek(lastSeq - 1),
    play: playing ? pause : play,
    next: () => {
      pause();
      if (lastSeq + 1 >= newest.run.lastSeq) playhead.follow();
      else playhead.seek({ after: lastSeq });
    },
    nextSpan: () => seek(nextSpanSeq(view, newest)),
    end: () => seek(undefined),
  });
  const isLive = newest.run.status === 'running';
  const [at, whole] = [view.run.duration, newest.run.duration];
  const words = isPlayhead
    ? t('run.transport.at', {
        time: format.duration(at),
        whole: format.duration(whole),
        seq: format.count(lastSeq),
        last: format.count(newest.run.lastSeq),
      })
    : t(isLive ? 'run.transport.following' : 'run.transport.atEnd', { whole: format.duration(whole) });
  return (
    <div className="transport" role="group" aria-label={t('run.transport.title')}>
      <div className="transport-buttons">
        <Step Icon={ChevronFirst} command={commands.first} />
        <Step Icon={ChevronLeft} command={commands.previous} />
        <Step
          Icon={playing ? Pause : Play}
          command={commands.play}
          title={playing ? t('run.transport.pause') : undefined}
        />
        <Step Icon={ChevronRight} command={commands.next} />
        <Step
          Icon={isLive ? Radio : ChevronLast}
          command={commands.end}
          title={isLive ? t('run.transport.live') : undefined}
          pressed={!isPlayhead}
        />
        <select
          className="transport-speed"
          aria-label={t('run.transport.speed')}
          value={speed}
          onChange={({ target }) => setSpeed(Number(target.value) as Speed)}
        >
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              ×{format.count(one)}
            </option>
          ))}
        </select>
      </div>
      <div className="transport-time">
        <DensityStrip run={newest} />
        <input
          type="range"
          aria-label={t('run.transport.time')}
          aria-valuetext={words}
          min={0}
          max={Math.max(1, whole)}
          step={Math.max(1, whole) / 1_000}
          value={isPlayhead ? at : Math.max(1, whole)}
          onChange={({ target }) => {
            pause();
            const value = Number(target.value);
            if (value >= whole) playhead.follow();
            else playhead.seek({ at: value });
          }}
        />
      </div>
      <output className={isPlayhead ? 'transport-at transport-past' : 'transport-at'}>{words}</output>
    </div>
  );
}

interface StepProps {
  readonly Icon: LucideIcon;
  readonly command: Command;
  /** Where it is not that of the command. */
  readonly title?: string | undefined;
  readonly pressed?: boolean;
}

function Step({ Icon, command, title = command.title, pressed }: StepProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={title}
      title={`${title} (${command.keys})`}
      onClick={command.run}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}

/** How much began when, and where something failed: under the slider, so that one can go there. */
function DensityStrip({ run }: { readonly run: ShownRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const density = useMemo(() => densityOf(run, PARTS), [run]);
  const errors = density.failed.reduce((sum, count) => sum + count, 0);
  const label = t('run.transport.density', { count: run.spans, errors: format.count(errors) });
  return (
    <div className="transport-density" role="img" aria-label={label}>
      <ChartCanvas draw={(context, size, palette) => drawDensity(context, size, palette, density)} />
    </div>
  );
}

/** Failures stand over the rest, from above and never lower than can be seen. */
function drawDensity(
  context: CanvasRenderingContext2D,
  { width, height }: Size,
  palette: Palette,
  { begun, failed }: Density,
): void {
  const most = begun.reduce((largest, count) => Math.max(largest, count), 1);
  // From one whole pixel to another: no part looks thinner than its neighbours.
  const edge = (part: number) => Math.round((part / begun.length) * width);
  context.fillStyle = palette.color('seg-first');
  for (const [part, count] of begun.entries()) {
    // Few beside very many are still to be seen.
    const tall = count === 0 ? 0 : 2 + (Math.sqrt(count) / Math.sqrt(most)) * (height - 5);
    // Where there are more parts than pixels, none is lost.
    context.fillRect(edge(part), height - tall, Math.max(1, edge(part + 1) - edge(part)), tall);
  }
  context.fillStyle = palette.color('seg-failed');
  for (const [part, count] of failed.entries())
    if (count > 0) context.fillRect(edge(part), 0, Math.max(2, edge(part + 1) - edge(part)), 3);
}

const KEYS = {
  first: 'h',
  previousSpan: '{',
  previous: '[',
  play: 'p',
  next: ']',
  nextSpan: '}',
  end: 'l',
} as const;
type StepName = keyof typeof KEYS;

/** The steps as commands, for the palette and the keys as for the buttons. */
function useTransportCommands(
  steps: Readonly<Record<StepName, () => void>>,
): Readonly<Record<StepName, Command>> {
  const { t } = useTranslation();
  const latest = useRef(steps);
  useEffect(() => {
    latest.current = steps;
  });
  const commands = useMemo(() => {
    const entries = Object.entries(KEYS).map(([name, keys]) => {
      const step = name as StepName;
      const run = () => latest.current[step]();
      return [
        step,
        {
          id: `playhead-${name}`,
          group: t('run.transport.title'),
          title: t(`run.transport.${step}`),
          keys,
          run,
        },
      ];
    });
    return Object.fromEntries(entries) as Record<StepName, Command>;
  }, [t]);
  useCommands(useMemo(() => Object.values(commands), [commands]));
  return commands;
}
