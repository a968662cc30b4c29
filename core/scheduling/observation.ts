import { createParser } from 'eventsource-parser';
import type { Dialect, Usage } from '../journal/event.ts';

/** What an answer says of itself, read beside the bytes that pass through. */
export interface Observation {
  readonly usage?: Usage;
  readonly finishReason?: string;
  readonly answeredModel?: string;
  /** False for a stream that broke off before it said that it was done. */
  readonly complete: boolean;
}

export interface Observer {
  feed(chunk: Uint8Array): void;
  /** The first piece of generated content has passed. */
  readonly sawFirstToken: boolean;
  /** Nothing of an unfinished event has passed: an event of ours may follow. */
  readonly atBoundary: boolean;
  end(): Observation;
}

/** Larger events, and larger documents, pass unread. */
const LARGEST_EVENT = 1024 * 1024;
const LARGEST_DOCUMENT = 32 * 1024 * 1024;

/** The observer for an answer; what is in a dialect or encoding that is not read here just passes. */
export function observeAnswer(dialect: Dialect, contentType: string, encoded: boolean): Observer {
  const streamed = contentType.startsWith('text/event-stream');
  if (dialect !== 'openai' || encoded) return unread();
  return streamed ? observeStream() : observeDocument();
}

interface ChatBody {
  readonly model?: unknown;
  readonly usage?: {
    readonly prompt_tokens?: unknown;
    readonly completion_tokens?: unknown;
    readonly prompt_tokens_details?: { readonly cached_tokens?: unknown } | null;
  } | null;
  readonly choices?: readonly {
    readonly finish_reason?: unknown;
    readonly delta?: {
      readonly content?: unknown;
      readonly tool_calls?: unknown;
      readonly refusal?: unknown;
    };
  }[];
}

/** Collects the facts of a chat completion from its chunks, or from the one document, in the same way. */
class Facts {
  private usage: Usage | undefined;
  private finishReason: string | undefined;
  private answeredModel: string | undefined;

  read(body: ChatBody): void {
    if (typeof body.model === 'string') this.answeredModel = body.model;
    const finish = body.choices?.find((choice) => typeof choice.finish_reason === 'string')?.finish_reason;
    if (typeof finish === 'string') this.finishReason = finish;
    const {
      prompt_tokens: input,
      completion_tokens: output,
      prompt_tokens_details: details,
    } = body.usage ?? {};
    if (typeof input !== 'number') return;
    const cached = details?.cached_tokens;
    this.usage = {
      input,
      output: typeof output === 'number' ? output : 0,
      ...(typeof cached === 'number' && { cachedInput: cached }),
    };
  }

  get finished(): boolean {
    return this.finishReason !== undefined;
  }

  observation(complete: boolean): Observation {
    return {
      ...(this.usage && { usage: this.usage }),
      ...(this.finishReason !== undefined && { finishReason: this.finishReason }),
      ...(this.answeredModel !== undefined && { answeredModel: this.answeredModel }),
      complete,
    };
  }
}

function observeStream(): Observer {
  const facts = new Facts();
  const decoder = new TextDecoder();
  let sawFirstToken = false;
  let done = false;
  let tail = '\n\n';
  let overflowed = false;
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onError: (error) => void (overflowed ||= error.type === 'max-buffer-size-exceeded'),
    onEvent({ data }) {
      if (data === '[DONE]') {
        done = true;
        return;
      }
      const chunk = parseJson(data);
      if (!chunk) return;
      facts.read(chunk);
      sawFirstToken ||= (chunk.choices ?? []).some(
        ({ delta }) => Boolean(delta?.content) || Boolean(delta?.tool_calls) || Boolean(delta?.refusal),
      );
    },
  });
  return {
    feed(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      parser.feed(text);
      if (overflowed) parser.reset();
      overflowed = false;
      tail = (tail + text.slice(-4)).slice(-4);
    },
    get sawFirstToken() {
      return sawFirstToken;
    },
    get atBoundary() {
      return /(\n\n|\r\r|\r\n\r\n)$/.test(tail);
    },
    end: () => facts.observation(done || facts.finished),
  };
}

function observeDocument(): Observer {
  const facts = new Facts();
  const decoder = new TextDecoder();
  let text = '';
  return {
    feed(chunk) {
      if (text.length < LARGEST_DOCUMENT) text += decoder.decode(chunk, { stream: true });
    },
    sawFirstToken: false,
    atBoundary: false,
    end() {
      const body = parseJson(text);
      if (body) facts.read(body);
      return facts.observation(true);
    },
  };
}

function unread(): Observer {
  return { feed() {}, sawFirstToken: false, atBoundary: false, end: () => ({ complete: true }) };
}

function parseJson(text: string): ChatBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
