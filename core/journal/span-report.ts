import type { JsonValue } from '../base/json.ts';
import type { Millis, Usd } from '../base/units.ts';
import type { BodyRef, CallError, Usage } from './facts.ts';

/** What a reported span was about, whatever convention says it. `other`: nothing of an agent (HTTP, a database, …). */
export type Activity =
  | 'agent'
  | 'llm'
  | 'tool'
  | 'retrieval'
  | 'embedding'
  | 'reranker'
  | 'guardrail'
  | 'evaluation'
  | 'prompt'
  | 'chain'
  | 'other';

/** As far as it was reported: all input tokens, the cached ones included, and all output tokens. */
export type ReportedUsage = Partial<Omit<Usage, 'longCacheWrite' | 'estimated'>>;

export interface ReportedTool {
  readonly name?: string;
  readonly description?: string;
  readonly callId?: string;
}

/** What the attributes of a span mean, in our words. */
export interface SpanMeaning {
  readonly activity: Activity;
  readonly provider?: string;
  /** The model asked for, and the one that answered. */
  readonly model?: string;
  readonly answeredModel?: string;
  readonly responseId?: string;
  readonly usage?: ReportedUsage;
  /** As the instrumentation reckons; the journal's own prices are not asked. */
  readonly costUsd?: Usd;
  readonly finishReason?: string;
  /** From its start to the first piece of the answer. */
  readonly firstTokenMs?: Millis;
  readonly agent?: string;
  readonly tool?: ReportedTool;
  readonly session?: string;
  readonly user?: string;
  readonly error?: CallError;
}

/** A value in an event, or, where that would be too large, as a body: UTF-8 text, or JSON for what is no text. */
export type ReportedValue = { readonly value: JsonValue } | { readonly body: BodyRef };
/** Attributes keep their order; a key may come twice. */
export type ReportedAttribute = { readonly key: string } & ReportedValue;

/**
 * What went into an operation, or came out of it; always a body. `messages`: a JSON object `{ system?, tools?, messages }`, the
 * messages and the system's parts in the form of the GenAI conventions; `json`: any JSON; `text`: text.
 */
export interface ReportedContent {
  readonly form: 'messages' | 'json' | 'text';
  readonly body: BodyRef;
}

export interface ReportedSpanEvent {
  readonly name: string;
  /** Unix time in nanoseconds, decimal. */
  readonly time: string;
  readonly attributes: readonly ReportedAttribute[];
}

export interface ReportedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly ReportedAttribute[];
}

/** Who reported: what is the same for all spans of an exporter is a body, kept once. */
export interface ReportedBy {
  /** `service.name` of the resource. */
  readonly service?: string;
  /** The instrumentation scope's name. */
  readonly scope?: string;
  /** JSON: `{ resource, scope }` with all their attributes. */
  readonly details: BodyRef;
}

/** A span of OpenTelemetry as it was reported; its id and its parent's are those of the event. */
export interface SpanReport extends ReportedBy {
  readonly traceId: string;
  readonly name: string;
  readonly role: SpanRole;
  /** Unix times in nanoseconds, decimal, by the clock of whoever reports. Without an end, it is still under way. */
  readonly startTime: string;
  readonly endTime?: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly meaning: SpanMeaning;
  /** Which attribute each member of the meaning was taken from (`usage.input`, `tool.name`), and the contents too. */
  readonly sources: Readonly<Record<string, string>>;
  readonly input?: ReportedContent;
  readonly output?: ReportedContent;
  /** All but those that are now the input or the output. */
  readonly attributes: readonly ReportedAttribute[];
  readonly events: readonly ReportedSpanEvent[];
  readonly links: readonly ReportedLink[];
  readonly traceState?: string;
  /** What the reporter left out by its own limits. */
  readonly dropped?: { readonly attributes: number; readonly events: number; readonly links: number };
}

/** What OpenTelemetry calls the kind of a span. */
export type SpanRole = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A log record of OpenTelemetry; where it names a span of its trace, that is the event's span. */
export interface LogReport extends ReportedBy {
  /** Unix times in nanoseconds, decimal: when it happened, and when it was seen. */
  readonly time?: string;
  readonly observedTime?: string;
  readonly traceId?: string;
  /** 1 to 24: TRACE, DEBUG, INFO, WARN, ERROR, FATAL, four steps each. */
  readonly severity?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly content: ReportedValue;
  readonly attributes: readonly ReportedAttribute[];
}

/** An export of metrics: how much it was, and the export itself. */
export interface MetricsReport extends ReportedBy {
  readonly metrics: readonly {
    readonly name: string;
    readonly unit?: string;
    readonly type: 'gauge' | 'sum' | 'histogram' | 'exponential-histogram' | 'summary' | 'unknown';
    readonly points: number;
  }[];
  readonly contentType: string;
  readonly body: BodyRef;
}

/** Every body that a report names. */
export function bodiesOfReport(report: SpanReport | LogReport | MetricsReport): readonly BodyRef[] {
  const bodies = [report.details];
  const add = (values: readonly ReportedValue[]): void => {
    for (const value of values) if ('body' in value) bodies.push(value.body);
  };
  if ('metrics' in report) return [report.details, report.body];
  add(report.attributes);
  if ('content' in report) add([report.content]);
  if (!('meaning' in report)) return bodies;
  for (const content of [report.input, report.output]) if (content) bodies.push(content.body);
  for (const { attributes } of [...report.events, ...report.links]) add(attributes);
  return bodies;
}
