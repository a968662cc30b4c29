import type { SpanId } from '../../base/ids.ts';
import { generateCall } from './generated-call.ts';
import { generateMcp, reportSpan, writeLog } from './generated-tools.ts';
import { below, between, sentence, type Stage, type Steps } from './stage.ts';

export const SHAPES = ['agents', 'deep', 'wide', 'bursty'] as const;
export type Shape = (typeof SHAPES)[number];

/** What goes on side by side in a run of each shape: so many of these, each until no span is left. */
export const lanesOf: Readonly<Record<Shape, (stage: Stage) => readonly Steps[]>> = {
  agents: (stage) => lanes(8, () => converse(stage)),
  deep: (stage) => lanes(4, () => nest(stage)),
  wide: (stage) => lanes(512, () => fanOut(stage)),
  bursty: (stage) => lanes(128, () => burst(stage)),
};

const MOST_TURNS = 12;
const DEEPEST = 48;
const BETWEEN_BURSTS_MS = 30_000;
const SYSTEM =
  '{"role":"system","content":"You are an agent in a workspace. Use its tools, and say what you did."}';

function lanes(count: number, begin: () => Steps): readonly Steps[] {
  return Array.from({ length: count }, begin);
}

/** An agent that sends its history with every call, and uses tools in between. */
function* converse(stage: Stage): Steps {
  while (stage.left > 0) {
    const messages = [SYSTEM, user(stage)];
    for (let turn = between(stage, 3, MOST_TURNS); turn > 0 && stage.left > 1; turn--) {
      const said = yield* generateCall(stage, { messages });
      if (said !== undefined) messages.push(said);
      for (let tools = below(stage, 3); tools > 0 && stage.left > 0; tools--) yield* callTool(stage);
      writeLog(stage);
      messages.push(user(stage));
      yield between(stage, 1, 50);
    }
    // Room for one span is none for a call and its attempt.
    if (stage.left === 1) yield* callTool(stage);
  }
}

function* callTool(stage: Stage): Steps {
  if (below(stage, 3) > 0) return yield* generateMcp(stage);
  stage.left -= 1;
  const report = {
    spanId: stage.ids.spanId(),
    traceId: traceOf(stage),
    name: 'think',
    startedAt: stage.clock.wallTime(),
  };
  yield between(stage, 1, 200);
  reportSpan(stage, report);
}

/** Reported spans within each other, of which the innermost makes a call. */
function* nest(stage: Stage): Steps {
  while (stage.left > 0) yield* descend(stage, undefined, between(stage, 4, DEEPEST));
}

function* descend(stage: Stage, parentSpanId: SpanId | undefined, depth: number): Steps {
  if (stage.left === 0) return;
  stage.left -= 1;
  const spanId = stage.ids.spanId();
  const traceId = traceOf(stage);
  const startedAt = stage.clock.wallTime();
  yield between(stage, 1, 20);
  if (depth > 0) yield* descend(stage, spanId, depth - 1);
  else if (stage.left > 1)
    yield* generateCall(stage, { messages: [SYSTEM, user(stage)], remoteParent: { traceId, spanId } });
  if (below(stage, 4) === 0) writeLog(stage, spanId);
  // Spans are reported when they end: the innermost first.
  reportSpan(stage, {
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    traceId,
    name: `step ${depth}`,
    startedAt,
  });
}

/** One of many that work at the same time. */
function* fanOut(stage: Stage): Steps {
  yield between(stage, 0, 500);
  while (stage.left > 0) {
    if (stage.left > 1 && below(stage, 4) > 0)
      yield* generateCall(stage, { messages: [SYSTEM, user(stage)] });
    else yield* generateMcp(stage);
    if (below(stage, 8) === 0) writeLog(stage);
  }
}

/** All at once, and then nothing for a while: calls have to wait for their turn. */
function* burst(stage: Stage): Steps {
  while (stage.left > 0) {
    for (let calls = between(stage, 1, 3); calls > 0 && stage.left > 1; calls--)
      yield* generateCall(stage, { messages: [SYSTEM, user(stage)], queued: true });
    if (stage.left === 1) yield* generateMcp(stage);
    writeLog(stage);
    const now = stage.clock.wallTime();
    yield BETWEEN_BURSTS_MS - (now % BETWEEN_BURSTS_MS) + below(stage, 20);
  }
}

function user(stage: Stage): string {
  return `{"role":"user","content":"${sentence(stage, between(stage, 8, 50))}"}`;
}

/** All reports of a run are of one trace, which is named like the run. */
function traceOf({ recorder }: Stage): string {
  return recorder.runId;
}
