import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { linesOf, prettyJson, tokenize } from './json-lines.ts';
import './code-view.css';

const LINE_HEIGHT = 18;

/** JSON, or any text, of any length: only the visible lines exist. */
export function CodeView({ text, label }: { readonly text: string; readonly label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(prettyJson(text)), [text]);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    useFlushSync: false,
  });
  return (
    <div ref={scroller} className="code" tabIndex={0} role="region" aria-label={label}>
      <div className="code-body" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className="code-line"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Json text={lines[index] || ' '} />
          </div>
        ))}
      </div>
    </div>
  );
}

export function Json({ text }: { readonly text: string }) {
  return tokenize(text).map(({ kind, text: part }, index) =>
    kind === 'plain' ? (
      part
    ) : (
      <span key={index} className={`code-${kind}`}>
        {part}
      </span>
    ),
  );
}
