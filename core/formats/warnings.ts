/** What was not as it should be in a file that could be read all the same: all of it is kept. */
const WARNINGS = {
  'padded-id': 'ids that were shorter than OpenTelemetry has them, filled up with zeros',
  'changed-id': 'ids that OpenTelemetry cannot have, replaced; the original is an attribute',
  'missing-id': 'spans without an id, given one',
  'shared-id': 'spans that share the id of another, given one of their own',
  'repeated-id': 'spans reported again under the same id',
  'missing-start': 'spans without a start time, put beside what is known',
  'missing-end': 'spans that have not ended',
  'ends-before-start': 'spans that end before they start, ended where they start',
  orphan: 'spans whose parent is not in the file',
  'parent-cycle': 'spans in a ring of parents',
  'outside-parent': 'spans that begin before their parent or end after it',
  'longer-than-parent': 'spans that take longer than their parent',
  'unmatched-begin': 'beginnings without an end',
  'unmatched-end': 'ends without a beginning, kept as log records',
  'odd-value': 'values that are not of the type that the format has there, kept as attributes',
  'not-a-span': 'entries without a length of time, kept as log records',
  'left-out': 'entries that are no calls of models, left out',
} as const;

export type WarningCode = keyof typeof WARNINGS;

export interface Warning {
  readonly code: WarningCode;
  readonly count: number;
  /** In English; what it counts, without the count. */
  readonly message: string;
  /** The id or the name of the first. */
  readonly example: string;
}

export class Warnings {
  private readonly found = new Map<WarningCode, { count: number; readonly example: string }>();

  add(code: WarningCode, example: string): void {
    const known = this.found.get(code);
    if (known) known.count += 1;
    else this.found.set(code, { count: 1, example: example.slice(0, 200) });
  }

  /** In the order in which they are listed above. */
  list(): readonly Warning[] {
    return (Object.keys(WARNINGS) as WarningCode[]).flatMap((code) => {
      const known = this.found.get(code);
      return known ? [{ code, message: WARNINGS[code], ...known }] : [];
    });
  }
}
