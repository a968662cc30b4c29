import { parseTraceparent } from '../journal/otlp/traceparent.ts';
import { sliceOf } from './json-slice.ts';
import { isMembers, metaOf, type McpNotification, type McpRequest, type Members } from './message.ts';

/** Longer texts are cut where they become a line of the log. */
const LONGEST_TEXT = 2_000;

/** What a request is about: a tool, a prompt, or the URI of a resource. */
export function subjectOf({ method, params }: Pick<McpRequest, 'method' | 'params'>): string | undefined {
  const { name, uri, ref } = params;
  if (method === 'completion/complete' && isMembers(ref)) return subjectOf({ method: '', params: ref });
  const subject = [name, uri].find((one) => typeof one === 'string');
  return subject === undefined ? undefined : shortened(subject);
}

/** Under which the other side reports progress. */
export function progressTokenOf(params: Members): unknown {
  return metaOf(params)['progressToken'];
}

/** The W3C trace context of a request, where it has a valid one. */
export function traceparentOf(params: Members): string | undefined {
  const { traceparent } = metaOf(params);
  return typeof traceparent === 'string' && parseTraceparent(traceparent) ? traceparent : undefined;
}

export interface Progress {
  readonly token: unknown;
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export function readProgress({ method, params }: McpNotification): Progress | undefined {
  if (method !== 'notifications/progress') return undefined;
  const { progressToken: token, progress, total, message } = params;
  if (typeof progress !== 'number') return undefined;
  return {
    token,
    progress,
    ...(typeof total === 'number' && { total }),
    ...(typeof message === 'string' && { message: shortened(message) }),
  };
}

/** The one line that says what is in a notification: a log message, or what changed. */
export function textOf({ method, params, text }: McpNotification): string | undefined {
  if (method !== 'notifications/message') {
    const { uri, elicitationId } = params;
    const about = [uri, elicitationId].find((value) => typeof value === 'string');
    return about === undefined ? undefined : shortened(about);
  }
  const { level, logger, data } = params;
  const said = typeof data === 'string' ? data : (sliceOf(text, 'params', 'data') ?? 'null');
  const from = typeof logger === 'string' ? `${logger}: ` : '';
  return shortened(`${typeof level === 'string' ? level : 'log'} ${from}${said}`);
}

/** What a tool says that failed: the first text of its content. */
export function toolErrorText(result: Members): string {
  const { content } = result;
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  const block = blocks.find((one) => isMembers(one) && typeof one['text'] === 'string');
  const text = isMembers(block) ? String(block['text']) : 'the tool says that it failed';
  return shortened(text);
}

/** Names and texts are a line in a list; the body has all of them. */
export function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
