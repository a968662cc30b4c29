import { parentPort } from 'node:worker_threads';
import { ok } from '../../base/result.ts';
import type { Signal } from '../../journal/otlp/answer.ts';
import { readExport, type Items, type Piece } from '../../journal/otlp/read-export.ts';
import { serveCalls } from '../workers/serve-calls.ts';
import type { ExportCalls } from './messages.ts';

// The thread that reads large exports, and hands them over piece by piece as they are asked for.
const open = new Map<number, Iterator<Piece<Items[Signal]>>>();

serveCalls<ExportCalls>(parentPort!, {
  open({ number, body, encoding, signal }) {
    const read = readExport(body, encoding, signal);
    if (!read.ok) return read;
    open.set(number, read.value[Symbol.iterator]());
    return ok(undefined);
  },
  next(number) {
    const step = open.get(number)?.next();
    if (step && !step.done) return step.value;
    open.delete(number);
    return undefined;
  },
  drop(number) {
    open.delete(number);
    return undefined;
  },
});
