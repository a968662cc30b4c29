import type {
  OtlpLogRecord,
  OtlpMetric,
  OtlpResource,
  OtlpScope,
  OtlpSpan,
} from '../journal/otlp/protocol.ts';

/** Who reported; one object for all that it reported in a row. */
export interface Reporter {
  readonly resource: OtlpResource | undefined;
  readonly scope: OtlpScope | undefined;
}

/** What every format is turned into; journal/otlp/write-report.ts makes events of it. All ids are valid. */
export type ImportedItem =
  | { readonly kind: 'span'; readonly by: Reporter; readonly span: OtlpSpan }
  | { readonly kind: 'log'; readonly by: Reporter; readonly record: OtlpLogRecord }
  | {
      readonly kind: 'metrics';
      readonly by: Reporter;
      readonly metrics: readonly OtlpMetric[];
      /** An export of these alone. */
      readonly contentType: string;
      readonly body: Uint8Array;
    };
