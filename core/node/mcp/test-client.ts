import { createParser } from 'eventsource-parser';

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The messages in it: one, or those of its events. */
  readonly messages: readonly TestMessage[];
  readonly eventIds: readonly string[];
}

export interface TestMessage {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>> & {
    readonly content?: readonly { readonly text?: string }[];
    readonly isError?: boolean;
  };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A client of MCP over HTTP that hides nothing of it. */
export class TestClient {
  readonly url: string;
  readonly headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  private lastId = 0;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    Object.assign(this.headers, headers);
  }

  /** With a session from now on. */
  async initialize(protocolVersion = '2025-11-25'): Promise<TestAnswer> {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const answer = await this.post({ id: ++this.lastId, method: 'initialize', params });
    this.headers['mcp-session-id'] = answer.headers.get('mcp-session-id') ?? '';
    await this.post({ method: 'notifications/initialized' });
    return answer;
  }

  /** What the tool says, or why it does not. */
  async call(name: string, args: object = {}, meta: object = {}): Promise<string> {
    const { messages } = await this.ask('tools/call', { name, arguments: args, _meta: meta });
    const { result, error } = messages.at(-1) ?? {};
    return result?.content?.[0]?.text ?? error?.message ?? 'nothing';
  }

  ask(
    method: string,
    params: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> {
    return this.post({ id: ++this.lastId, method, params }, headers);
  }

  /** A request of 2026-07-28, with all that it must say of itself. */
  askModern(
    id: number | string,
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    init: RequestInit = {},
  ) {
    const version = '2026-07-28';
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
      ...(params['_meta'] as object | undefined),
    };
    const name = params['name'] ?? params['uri'];
    const headers = {
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
      ...(init.headers as Record<string, string> | undefined),
    };
    return this.post({ id, method, params: { ...params, _meta } }, headers, init);
  }

  async post(message: object, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return read(
      await fetch(this.url, { ...init, method: 'POST', headers: { ...this.headers, ...headers }, body }),
    );
  }

  async send(method: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) {
    return fetch(this.url, { ...init, method, headers: { ...this.headers, ...headers } });
  }
}

export async function read(response: Response): Promise<TestAnswer> {
  const text = await response.text();
  const { messages, eventIds } = parse(text, response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, messages, eventIds };
}

function parse(text: string, type: string) {
  const messages: TestMessage[] = [];
  const eventIds: string[] = [];
  if (!type.startsWith('text/event-stream')) {
    if (text !== '') messages.push(JSON.parse(text) as TestMessage);
    return { messages, eventIds };
  }
  const parser = createParser({
    onEvent({ id, data }) {
      if (id !== undefined) eventIds.push(id);
      if (data !== '') messages.push(JSON.parse(data) as TestMessage);
    },
  });
  parser.feed(text);
  return { messages, eventIds };
}

/** Reads on until the words have come; what is there so far. */
export function follow(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(words: string): Promise<string> {
      while (!text.includes(words)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended without ${JSON.stringify(words)}: ${text}`);
        text += value;
      }
      return text;
    },
    leave: () => reader.cancel(),
  };
}
