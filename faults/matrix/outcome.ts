import { fieldAt, isObject, parseJson, textAt } from '../../core/dialects/json-access.ts';
import type { View } from './ask.ts';
import type { Outcome, Trial } from './fault.ts';
import type { Protocol } from './protocols.ts';

/** What a view is worth to a client of this protocol. `direct`: the same question put to the faulty server itself. */
export function outcomeOf(view: View, { lane, streaming }: Trial, direct: View | undefined): Outcome {
  const { status, end, body } = view;
  const { client } = lane;
  if (end === 'hang') return 'hang';
  if (status === undefined) return 'no-answer';
  const isDirect = status === direct?.status && body.equals(direct.body);
  if (status >= 300) {
    if (isDirect) return 'passed-on';
    return end === 'clean' && hasErrorShape(client, body) ? 'refused' : 'no-answer';
  }
  if (end === 'broken') return 'broken';
  const text = body.toString('utf8');
  // An upstream may answer a stream's question with a document, and the other way round.
  const isStream = streaming && !text.startsWith('{');
  if (isStream && endsInError(client, text)) return 'error-event';
  if (isWhole(client, isStream, text)) return text.includes('healthy') ? 'healthy' : 'as-sent';
  return isDirect ? 'as-sent' : 'false-success';
}

function isWhole(client: Protocol, isStream: boolean, text: string): boolean {
  if (isStream && client.terminator !== undefined) {
    return text.replaceAll('\r\n', '\n').includes(client.terminator);
  }
  if (isStream) return text.endsWith(client.events('').at(-1)!);
  const document = parseJson(text);
  const members = Object.keys(client.document(''));
  return isObject(document) && members.every((name) => name in document);
}

/** In the shape that the SDKs of the client's family read. */
function hasErrorShape({ family }: Protocol, body: Buffer): boolean {
  const document = parseJson(body.toString('utf8'));
  const error = fieldAt(document, 'error');
  const saysWhat = textAt(error, 'message') !== '';
  if (family === 'anthropic')
    return saysWhat && textAt(document, 'type') === 'error' && textAt(error, 'type') !== '';
  if (family === 'openai') return saysWhat && textAt(error, 'type') !== '';
  return saysWhat && textAt(error, 'code') !== '';
}

function endsInError({ name }: Protocol, text: string): boolean {
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  const data = parseJson(/^data: (.*)$/m.exec(last)?.[1] ?? '');
  if (name === 'responses') return textAt(data, 'type') === 'error' && textAt(data, 'message') !== '';
  return fieldAt(data, 'error') !== undefined;
}
