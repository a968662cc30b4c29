import { countAt, fieldAt, isObject, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { sseEvent, SSE_COMMENT } from '../sse/write-sse.ts';
import { readAnthropicUsage } from '../usage.ts';
import { ANTHROPIC_MESSAGE, explanationOf, finishReason } from './anthropic-answer-to-chat.ts';
import { TEXT_BLOCK, TOOL_USE } from './anthropic-messages-to-chat.ts';
import type { Findings } from './findings.ts';
import { checkInput } from './tools.ts';
import { translateStream, type Emit, type StreamSteps } from './translate-stream.ts';
import type { AnswerContext, StreamTranslator } from './translation.ts';
import { toChatUsage } from './usage-shapes.ts';

/** A stream of Anthropic's Messages as a stream of Chat Completions. */
export function anthropicStreamToChat(context: AnswerContext): StreamTranslator {
  return translateStream('openai-chat', (emit, findings) => steps(context, emit, findings));
}

/** A call of a tool whose block is open. */
interface OpenCall {
  readonly index: number;
  /** What the block began with, where a server does not send it in pieces. */
  readonly input: JsonObject;
  sawPieces: boolean;
}

function steps({ created, includeUsage }: AnswerContext, emit: Emit, findings: Findings): StreamSteps {
  let message: JsonObject = {};
  let usage: JsonObject = {};
  let stopped: JsonObject | undefined;
  let calls = 0;
  let started = false;
  let ended = false;
  const open = new Map<number, OpenCall>();

  const chunk = (choices: readonly object[], more: object = {}) => {
    const head = {
      id: textAt(message, 'id'),
      object: 'chat.completion.chunk',
      created,
      model: textAt(message, 'model'),
    };
    emit(sseEvent({ ...head, choices, ...(includeUsage && { usage: null }), ...more }));
  };
  const sayAlone = (delta: object, finish: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }]);
  // The first chunk waits for something to say: until then another instance may still answer.
  const say = (delta: object, finish?: string) => {
    if (!started) sayAlone({ role: 'assistant', content: 'tool_calls' in delta ? null : '' });
    started = true;
    sayAlone(delta, finish);
  };
  const sayCall = (index: number, call: object) => say({ tool_calls: [{ index, ...call }] });
  const addUsage = (more: JsonObject | undefined) => {
    const known = Object.entries(more ?? {}).filter(([, value]) => value !== null);
    usage = { ...usage, ...Object.fromEntries(known) };
  };

  const start = (body: JsonObject) => {
    message = objectAt(body, 'message') ?? {};
    findings.check(message, 'message', ANTHROPIC_MESSAGE, 'harmless');
    if (listAt(message, 'content').length > 0) {
      findings.refuse('message.content', 'a stream begins without content');
    }
    addUsage(objectAt(message, 'usage'));
  };
  const startBlock = (at: number, block: unknown) => {
    const place = `content[${at}]`;
    const type = textAt(block, 'type');
    if (isObject(block) && type === 'text') {
      findings.check(block, place, TEXT_BLOCK);
      if (calls > 0) findings.refuse(place, 'a chat message says everything before it calls tools');
      const text = textAt(block, 'text');
      if (text !== '' && !findings.hasRefused) say({ content: text });
    } else if (isObject(block) && type === 'tool_use') {
      findings.check(block, place, TOOL_USE);
      const input = checkInput(objectAt(block, 'input') ?? {}, `${place}.input`, findings);
      if (!input || findings.hasRefused) return;
      const index = calls++;
      open.set(at, { index, input, sawPieces: false });
      const work = { name: textAt(block, 'name'), arguments: '' };
      sayCall(index, { id: textAt(block, 'id'), type: 'function', function: work });
    } else findings.refuse(place, `a block of type "${type}" has no counterpart in Chat Completions`);
  };
  const continueBlock = (at: number, delta: unknown) => {
    const type = textAt(delta, 'type');
    const call = open.get(at);
    if (type === 'text_delta') say({ content: textAt(delta, 'text') });
    else if (type === 'input_json_delta' && call) {
      const piece = textAt(delta, 'partial_json');
      if (piece === '') return;
      call.sawPieces = true;
      sayCall(call.index, { function: { arguments: piece } });
    } else {
      findings.refuse(`content[${at}]`, `a delta of type "${type}" has no counterpart in Chat Completions`);
    }
  };
  const stopBlock = (at: number) => {
    const call = open.get(at);
    // Arguments are JSON at OpenAI, also of a tool that is called with nothing.
    if (call && !call.sawPieces) sayCall(call.index, { function: { arguments: JSON.stringify(call.input) } });
    open.delete(at);
  };
  const finish = () => {
    const reason = finishReason(stopped, findings);
    if (findings.hasRefused) return;
    const refusal = explanationOf(stopped);
    if (refusal !== undefined) say({ refusal });
    say({}, reason);
    const read = readAnthropicUsage(usage);
    if (includeUsage && read) chunk([], { usage: toChatUsage(read) });
    emit(sseEvent('[DONE]'));
    ended = true;
  };

  return {
    event(body) {
      const type = textAt(body, 'type');
      const at = countAt(body, 'index') ?? 0;
      switch (type) {
        case 'message_start':
          return start(body);
        case 'content_block_start':
          return startBlock(at, fieldAt(body, 'content_block'));
        case 'content_block_delta':
          return continueBlock(at, fieldAt(body, 'delta'));
        case 'content_block_stop':
          return stopBlock(at);
        case 'message_delta':
          stopped = objectAt(body, 'delta') ?? {};
          findings.check(stopped, 'delta', ANTHROPIC_MESSAGE, 'harmless');
          return addUsage(objectAt(body, 'usage'));
        case 'message_stop':
          return finish();
        case 'ping':
          if (started) emit(SSE_COMMENT);
          return;
        default:
          findings.refuse('type', `an event of type "${type}" is not known here`);
      }
    },
    done() {},
    end() {},
    get ended() {
      return ended;
    },
  };
}
