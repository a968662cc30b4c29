import { useId, type ReactNode } from 'react';
import './field.css';

/** What a control needs so that its label and its problem are read with it. */
interface ControlProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}

/** A control of a form with its label, a hint, and what is wrong with it. */
export function Field({ label, hint, problem, className = '', children }: FieldProps) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': problem !== undefined,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
      })}
      {note !== undefined && (
        <p id={`${id}-note`} className={`field-note ${problem === undefined ? 'dim' : 'stop'}`}>
          {note}
        </p>
      )}
    </div>
  );
}
