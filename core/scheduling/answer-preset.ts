import { isConversation } from '../dialects/dialect.ts';
import { writeAnswer } from '../dialects/writing/write-answer.ts';
import { endCall, ownHeaders, refuse, type CallLife } from './end-call.ts';

/**
 * Answers a call with the text that the configuration has for when nobody answers: an answer like any other of its
 * dialect, but for the header `x-signalbox-answer: preset`, and marked in the journal. Nothing was generated, so nothing
 * is counted.
 */
export function answerPreset(life: CallLife, text: string): void {
  const { call, reply, recorder, ports, spanId } = life;
  const { wire } = call;
  if (wire === undefined || !isConversation(wire)) {
    const message = `Nobody could take this call, and the preset answer is a text, which ${call.operation} has no place for.`;
    return refuse(life, 503, { code: 'no_instance_available', message });
  }
  const created = Math.floor(ports.clock.wallTime() / 1000);
  const preset = {
    id: spanId,
    model: call.model ?? 'preset',
    created,
    pieces: [text],
    toolCalls: [],
    finish: 'stop',
    usage: { input: 0, output: 0 },
  } as const;
  const { status, headers, body } = writeAnswer(wire, preset, call.streaming);
  reply.start(status, [...headers, ['x-signalbox-answer', 'preset'], ...ownHeaders(life)]);
  void reply.write(body);
  reply.end();
  const recorded = recorder.keepBody(body);
  endCall(life, { outcome: 'ok', status, body: recorded, preset: true });
}
