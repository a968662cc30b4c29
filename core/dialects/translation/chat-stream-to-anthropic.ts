import { countAt, fieldAt, isObject, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { typedEvent } from '../sse/write-sse.ts';
import { readChatUsage } from '../usage.ts';
import {
  anthropicMessage,
  anthropicStop,
  CHAT_CHOICE,
  CHAT_MESSAGE,
  toolUseBlock,
  UNKNOWN_CONTENT,
} from './chat-answer-to-anthropic.ts';
import type { Findings } from './findings.ts';
import { translateStream, type Emit, type StreamSteps } from './translate-stream.ts';
import type { StreamTranslator } from './translation.ts';
import { toAnthropicUsage } from './usage-shapes.ts';

/** A stream of Chat Completions as a stream of Anthropic's Messages. */
export function chatStreamToAnthropic(): StreamTranslator {
  return translateStream('anthropic-messages', steps);
}

const CHUNK = {
  id: 'translated',
  object: 'translated',
  model: 'translated',
  choices: 'translated',
  usage: 'translated',
} as const;
const NOT_STOPPED = { stop_reason: null, stop_sequence: null, stop_details: null };

function steps(emit: Emit, findings: Findings): StreamSteps {
  let started = false;
  let ended = false;
  /** The block that is open: the text, or the call with this index; blocks follow each other. */
  let open: 'text' | number | undefined;
  let blocks = 0;
  const called = new Set<number>();
  let refusal = '';
  let finish = '';
  let usage: JsonObject | undefined;
  /** The first chunk that says which answer it belongs to; Azure sends one before that does not. */
  let head: JsonObject = {};

  // The message begins with something to say: until then another instance may still answer.
  const start = () => {
    if (started) return;
    started = true;
    // What the input cost is not known yet: the end says it.
    const none = toAnthropicUsage(undefined);
    const message = anthropicMessage(textAt(head, 'id'), textAt(head, 'model'), [], NOT_STOPPED, none);
    emit(typedEvent({ type: 'message_start', message }));
  };
  const closeBlock = () => {
    if (open === undefined) return;
    emit(typedEvent({ type: 'content_block_stop', index: blocks - 1 }));
    open = undefined;
  };
  const openBlock = (what: 'text' | number, content_block: JsonObject) => {
    start();
    closeBlock();
    open = what;
    emit(typedEvent({ type: 'content_block_start', index: blocks++, content_block }));
  };
  const continueBlock = (delta: JsonObject) =>
    emit(typedEvent({ type: 'content_block_delta', index: blocks - 1, delta }));

  const sayText = (content: unknown) => {
    if (content === undefined || content === '') return;
    if (typeof content !== 'string') return findings.refuse('choices[0].delta.content', 'it is not a text');
    if (open !== 'text') openBlock('text', { type: 'text', text: '', citations: null });
    continueBlock({ type: 'text_delta', text: content });
  };
  const sayCall = (part: unknown, place: number) => {
    const index = countAt(part, 'index') ?? place;
    const at = `choices[0].delta.tool_calls[${index}]`;
    const work = objectAt(part, 'function');
    if (!called.has(index)) {
      const id = textAt(part, 'id');
      const name = textAt(work, 'name');
      if (id === '' || name === '') {
        return findings.refuse(at, 'a call begins with its id and the name of a function');
      }
      called.add(index);
      openBlock(index, toolUseBlock(id, name, {}));
    } else if (open !== index) {
      return findings.refuse(at, "calls are mixed, which Anthropic's blocks cannot be");
    }
    const piece = textAt(work, 'arguments');
    if (piece !== '') continueBlock({ type: 'input_json_delta', partial_json: piece });
  };
  const sayChoice = (choice: JsonObject) => {
    if ((countAt(choice, 'index') ?? 0) !== 0) {
      return findings.refuse('choices', "an answer of Anthropic's is exactly one");
    }
    findings.check(choice, 'choices[0]', CHAT_CHOICE, 'harmless');
    const delta = objectAt(choice, 'delta') ?? {};
    findings.check(delta, 'choices[0].delta', CHAT_MESSAGE, UNKNOWN_CONTENT);
    if (findings.hasRefused) return;
    sayText(fieldAt(delta, 'content'));
    for (const [place, part] of listAt(delta, 'tool_calls').entries()) sayCall(part, place);
    refusal += textAt(delta, 'refusal');
    finish = textAt(choice, 'finish_reason') || finish;
  };
  const end = () => {
    if (finish === '') return;
    start();
    closeBlock();
    const delta = anthropicStop({ finish, callsTools: called.size > 0, refusal, findings });
    if (findings.hasRefused) return;
    const spent = toAnthropicUsage(readChatUsage(usage));
    emit(typedEvent({ type: 'message_delta', delta: { ...delta, container: null }, usage: spent }));
    emit(typedEvent({ type: 'message_stop' }));
    ended = true;
  };

  return {
    event(body) {
      findings.check(body, '', CHUNK, 'harmless');
      if (textAt(head, 'id') === '') head = body;
      for (const choice of listAt(body, 'choices')) if (isObject(choice)) sayChoice(choice);
      usage = objectAt(body, 'usage') ?? usage;
    },
    done() {
      // It stopped, whatever for.
      finish ||= 'stop';
      end();
    },
    end,
    get ended() {
      return ended;
    },
  };
}
