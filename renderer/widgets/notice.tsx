import type { ReactNode } from 'react';
import './notice.css';

interface NoticeProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly tone?: 'calm' | 'stop';
  readonly children?: ReactNode;
}

/** What stands where there is nothing to show: empty, loading, or failed; it says why, and what to do. */
export function Notice({ title, icon, tone = 'calm', children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'stop' ? 'alert' : 'status'}>
      {icon}
      <p className="notice-title">{title}</p>
      {children && <div className="notice-text">{children}</div>}
    </div>
  );
}
