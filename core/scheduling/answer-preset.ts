import { endCall, ownHeaders, type CallLife } from './end-call.ts';

/**
 * Answers a call with the text that the configuration has for when nobody answers: a chat completion like any other, but
 * for the header `x-signalbox-answer: preset`, and marked in the journal. Nothing was generated, so nothing is counted.
 */
export function answerPreset(life: CallLife, text: string): void {
  const { call, reply, recorder, ports, spanId } = life;
  const created = Math.floor(ports.clock.wallTime() / 1000);
  const common = { id: `chatcmpl-${spanId}`, created, model: call.model ?? 'preset' };
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const whole = {
    ...common,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage,
  };
  const chunk = (delta: object, finishReason: string | null) => ({
    ...common,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
  const answer = call.streaming
    ? [chunk({ role: 'assistant', content: text }, null), chunk({}, 'stop')]
        .map((event) => `data: ${JSON.stringify(event)}\n\n`)
        .join('') + 'data: [DONE]\n\n'
    : JSON.stringify(whole);
  const body = new TextEncoder().encode(answer);
  reply.start(200, [
    ['content-type', call.streaming ? 'text/event-stream' : 'application/json'],
    ['x-signalbox-answer', 'preset'],
    ...ownHeaders(life),
  ]);
  void reply.write(body);
  reply.end();
  endCall(life, {
    outcome: 'ok',
    status: 200,
    body: recorder.keepBody(body),
    finishReason: 'stop',
    preset: true,
  });
}
