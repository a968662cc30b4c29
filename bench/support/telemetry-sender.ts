import { parentPort, workerData } from 'node:worker_threads';
import { encodeTraces, keyValues, tracesOf } from '../../core/journal/otlp/test-export.ts';

// A thread that makes an export of about so many bytes, and sends it when it is told where to.
export interface WantedExport {
  readonly shape: 'large' | 'small';
  readonly encoding: 'json' | 'protobuf';
  readonly bytes: number;
}

/** First what was made, then how long it took to be answered, in milliseconds. */
export type SenderMessage = { readonly spans: number } | { readonly took: number };

const SAMPLE_SPANS = 500;
const { shape, encoding, bytes } = workerData as WantedExport;
const port = parentPort!;
const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';

const spans = Math.round((SAMPLE_SPANS * bytes) / exportOf(SAMPLE_SPANS).length);
const body = exportOf(spans);
port.on('message', (url: string) => void send(url));
port.postMessage({ spans } satisfies SenderMessage);

async function send(url: string): Promise<void> {
  const started = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': type },
    body: Buffer.from(body),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  port.postMessage({ took: performance.now() - started } satisfies SenderMessage);
}

/** Spans of models with what was said, or spans of little. */
function exportOf(count: number): Uint8Array {
  const start = BigInt(Date.now() - 60_000) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId: '7'.repeat(32),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    ...(index > 0 && { parentSpanId: '1'.padStart(16, '0') }),
    name: `chat gpt-4o ${index}`,
    startTimeUnixNano: String(start + BigInt(index) * 1_000_000n),
    endTimeUnixNano: String(start + BigInt(index + 5) * 1_000_000n),
    attributes: keyValues({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 100 + index,
      ...(shape === 'large' && { 'gen_ai.input.messages': said(index) }),
    }),
  }));
  const traces = tracesOf(spans, { 'service.name': 'bench' });
  return encoding === 'json' ? new TextEncoder().encode(JSON.stringify(traces)) : encodeTraces(traces);
}

/** Some 7 kB of words, no two alike. */
function said(index: number): string {
  const words = Array.from({ length: 1_000 }, (_, place) => `w${(index * 1_000 + place).toString(36)}`);
  return JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: words.join(' ') }] }]);
}
