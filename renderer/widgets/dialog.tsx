import { useEffect, useRef, type ReactNode } from 'react';
import './dialog.css';

interface DialogProps {
  readonly label: string;
  readonly role?: 'dialog' | 'alertdialog';
  readonly className?: string;
  /** A press beside it does not close it: what it does would be lost. */
  readonly holds?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal dialog while it is mounted. The browser keeps the focus in it, gives it back, and closes on Escape. */
export function Dialog({
  label,
  role = 'dialog',
  className = '',
  holds = false,
  onClose,
  children,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      role={role}
      aria-label={label}
      className={`dialog ${className}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        // The browser asks only once (`cancel`) and closes it the second time, whether or not it is to stay.
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (!holds && event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
