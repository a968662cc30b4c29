import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './sign.css';

interface SignProps {
  readonly Icon: LucideIcon;
  /** What goes well, or is nothing to look at, colours its icon only. */
  readonly tone: 'go' | 'quiet' | 'caution' | 'stop';
  readonly children: ReactNode;
}

/** A state in an icon and a word; colour only repeats them. */
export function Sign({ Icon, tone, children }: SignProps) {
  return (
    <span className={`sign sign-${tone}`}>
      <Icon size={14} aria-hidden />
      <span>{children}</span>
    </span>
  );
}
