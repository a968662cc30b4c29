import { idOf, inTokens, numberOf, type Said } from './said.ts';

/** Anthropic's Messages as api.anthropic.com sends them (recorded 2026-08): its events end in white space of changing length. */
type Block = { readonly type: string };
type Data = { readonly type: string } & Record<string, unknown>;

const MODEL = 'claude-sonnet-5-20260301';
/** Both halves of a signature are base64 that must come back byte for byte. */
const SIGNATURE =
  'EvMCCkYICxgCKkCHP2cSuEdcJK/0rFwqES/ecn+VurRpNTwI4XNyM0vnNfGsc9OmE8YYHauwBZ/uaRpmlEn2I4/kszHlcpptO82J==';
const REDACTED = 'EroTCioIBxgCIiQ0NGFlNjc2Yy05NThmLTRkNjgtOTEwOC1lYWU5ZGU3YjM2NmISDGwpqkFZ9MrXRilipBoM+aFQ';

export function wholeMessage(said: Said, extra: readonly Block[] = []): string {
  const content = [...blocksOf(said), ...extra];
  return JSON.stringify({ ...message(said), content, ...stopOf(said), usage: usageOf(said, 41) });
}

export function streamedMessage(said: Said, extra: readonly Block[] = []): readonly string[] {
  const events: string[] = [];
  const say = (data: Data) =>
    void events.push(
      `event: ${data.type}\ndata: ${JSON.stringify(data).replace(/\}$/, `${' '.repeat((events.length * 5) % 17)}}`)}\n\n`,
    );
  say({
    type: 'message_start',
    message: {
      ...message(said),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: usageOf(said, 1),
    },
  });
  for (const [index, block] of [...blocksOf(said), ...extra].entries()) {
    say({ type: 'content_block_start', index, content_block: unfilled(block) });
    if (index === 0) events.push('event: ping\ndata: {"type": "ping"}\n\n');
    for (const delta of deltasOf(block)) say({ type: 'content_block_delta', index, delta });
    say({ type: 'content_block_stop', index });
  }
  const { inference_geo: _, service_tier: __, cache_creation: ___, ...spent } = usageOf(said, 41);
  say({ type: 'message_delta', delta: stopOf(said), usage: spent });
  say({ type: 'message_stop' });
  return events;
}

/** A search that Anthropic made itself, with what it found and a text that cites it. */
export const SEARCH: readonly Block[] = [
  block('server_tool_use', { id: idOf('srvtoolu_'), name: 'web_search', input: { query: 'traffic lights' } }),
  block('web_search_tool_result', {
    tool_use_id: idOf('srvtoolu_'),
    content: [
      {
        type: 'web_search_result',
        title: 'Traffic light',
        url: 'https://example.com/light',
        encrypted_content: REDACTED,
        page_age: null,
      },
    ],
  }),
  block('text', {
    citations: [
      {
        type: 'web_search_result_location',
        cited_text: 'Red means stop.',
        url: 'https://example.com/light',
        title: 'Traffic light',
        encrypted_index: REDACTED,
      },
    ],
    text: 'Red means stop.',
  }),
];

function block(type: string, more: object): Block {
  return { type, ...more };
}

function blocksOf({ thoughts, text, calls = [] }: Said): readonly Block[] {
  return [
    ...(thoughts === undefined
      ? []
      : [
          block('thinking', { thinking: thoughts, signature: SIGNATURE }),
          block('redacted_thinking', { data: REDACTED }),
        ]),
    ...(text === undefined ? [] : [block('text', { text })]),
    ...calls.map(({ name, input }, index) => block('tool_use', { id: idOf('toolu_', index), name, input })),
  ];
}

/** As a block begins. */
function unfilled(whole: Block): Block {
  switch (whole.type) {
    case 'thinking':
      return block('thinking', { thinking: '', signature: '' });
    case 'text':
      return block('text', { ...('citations' in whole && { citations: [] }), text: '' });
    case 'tool_use':
    case 'server_tool_use':
      return block(whole.type, { ...whole, input: {} });
    default:
      return whole;
  }
}

function deltasOf(whole: Block): readonly object[] {
  if ('thinking' in whole) {
    const thoughts = inTokens(String(whole.thinking), 9);
    return [
      ...thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'thinking_delta', thinking: '' },
      { type: 'signature_delta', signature: SIGNATURE },
    ];
  }
  if ('input' in whole) {
    const pieces = ['', ...inTokens(JSON.stringify(whole.input), 9)];
    return pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
  }
  if (!('text' in whole)) return [];
  const citations: readonly unknown[] = 'citations' in whole ? [whole.citations].flat() : [];
  return [
    ...citations.map((citation) => ({ type: 'citations_delta', citation })),
    ...inTokens(String(whole.text), 9).map((text) => ({ type: 'text_delta', text })),
  ];
}

function message(said: Said): object {
  return { model: MODEL, id: idOf('msg_', numberOf(said)), type: 'message', role: 'assistant' };
}

function stopOf({ calls, stop, refusal }: Said): object {
  const stop_reason =
    refusal !== undefined || stop === 'filtered'
      ? 'refusal'
      : stop === 'length'
        ? 'max_tokens'
        : calls
          ? 'tool_use'
          : 'end_turn';
  const details = { type: 'refusal', category: null, explanation: refusal };
  return { stop_reason, stop_sequence: null, stop_details: refusal === undefined ? null : details };
}

function usageOf({ cached }: Said, output_tokens: number) {
  const [written, read] = cached ? [188, 1052] : [0, 0];
  return {
    input_tokens: cached ? 13 : 1253,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens,
    service_tier: 'standard',
    inference_geo: 'not_available',
  };
}
