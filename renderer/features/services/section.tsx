import { useId, useRef, type ReactNode } from 'react';
import { useOverflows } from '../../widgets/use-size.ts';

interface SectionProps {
  readonly title: string;
  /** Stands at the end of the line of the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One part of the page under its heading; what is too wide for it scrolls by itself. */
export function Section({ title, aside, children }: SectionProps) {
  const heading = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const scrolls = useOverflows(scroller);
  return (
    <section className="services-section" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        {aside}
      </header>
      <div
        ref={scroller}
        className="services-scroll"
        {...(scrolls && { role: 'group', 'aria-labelledby': heading, tabIndex: 0 })}
      >
        {children}
      </div>
    </section>
  );
}
