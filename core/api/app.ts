import { zValidator } from '@hono/zod-validator';
import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { isRunId, isSpanId, type RunId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import {
  collectSchema,
  decideProposalSchema,
  discoverSchema,
  endRunSchema,
  exportSchema,
  followSchema,
  importSchema,
  isBundleFormat,
  listRunsSchema,
  logLinesSchema,
  querySchema,
  registerInstanceSchema,
  searchSchema,
  setBreakerSchema,
  startRunSchema,
  statisticsSchema,
  storeSecretSchema,
  updateInstanceSchema,
  updateRunSchema,
  type ApiProblem,
  type Collected,
  type RunList,
  type SecretList,
  type SpanList,
  type UsageList,
} from './contract.ts';
import { WRITTEN_FILES } from '../formats/names.ts';
import type { HostServices } from './services.ts';

/** The control API, carried unchanged over HTTP, the local socket and Electron's IPC. */
export function createApi(services: HostServices) {
  return new Hono()
    .onError((error, context) => {
      const { code, message } = describe(error);
      return context.json(problem(code, message), 500);
    })
    .notFound((context) =>
      context.json(problem('not_found', `There is nothing at ${context.req.path}.`), 404),
    )
    .get('/api/host', (context) => context.json(services.info()))
    .get('/api/feed', (context) => ndjson(context.req.raw.signal, (signal) => services.followRuns(signal)))
    .post('/api/sample', async (context) => context.json(await services.startSample(), 201))
    .post('/api/instances/:name/breaker', validate('json', setBreakerSchema), (context) => {
      const name = context.req.param('name');
      if (services.setBreaker(name, context.req.valid('json').state)) return context.body(null, 204);
      return context.json(problem('instance_not_found', `There is no instance ${name}.`), 404);
    })
    .post('/api/instances', validate('json', registerInstanceSchema), (context) =>
      answer(context, services.registerInstance(context.req.valid('json')), 201),
    )
    .patch('/api/instances/:name', validate('json', updateInstanceSchema), (context) =>
      answer(context, services.updateInstance(context.req.param('name'), context.req.valid('json'))),
    )
    .delete('/api/instances/:name', (context) => {
      const removed = services.deregisterInstance(context.req.param('name'));
      return removed.ok
        ? context.body(null, 204)
        : context.json({ error: removed.error }, statusOf(removed.error.code));
    })
    .post('/api/discover', validate('json', discoverSchema), (context) =>
      context.json(services.discover(context.req.valid('json'))),
    )
    .post('/api/proposals/:id', validate('json', decideProposalSchema), (context) => {
      const { id } = context.req.param();
      const { action } = context.req.valid('json');
      if (services.decideProposal(id, action)) return context.body(null, 204);
      return context.json(problem('proposal_not_open', `There is no proposal ${id} to ${action}.`), 409);
    })
    .get('/api/secrets', (context) => context.json<SecretList>({ secrets: services.listSecrets() }))
    .post('/api/secrets', validate('json', storeSecretSchema), async (context) => {
      const stored = await services.setSecret(context.req.valid('json'));
      return stored.ok ? context.body(null, 204) : context.json({ error: stored.error }, 400);
    })
    .delete('/api/secrets/:name', (context) => {
      const name = context.req.param('name');
      if (services.removeSecret(name)) return context.body(null, 204);
      return context.json(problem('secret_not_found', `There is no stored key ${name}.`), 404);
    })
    .post('/api/query', validate('json', querySchema), async (context) =>
      answer(context, await services.query(context.req.valid('json'), context.req.raw.signal)),
    )
    .post('/api/search', validate('json', searchSchema), async (context) =>
      answer(context, await services.search(context.req.valid('json'), context.req.raw.signal)),
    )
    .post('/api/statistics', validate('json', statisticsSchema), async (context) =>
      answer(context, await services.statistics(context.req.valid('json'), context.req.raw.signal)),
    )
    .get('/api/usage', (context) => context.json<UsageList>({ samples: services.usage() }))
    .get('/api/runs', validate('query', listRunsSchema), async (context) => {
      const { limit, before } = context.req.valid('query');
      const runs = await services.listRuns({ limit, ...(before && { before: before as RunId }) });
      return context.json<RunList>({ runs });
    })
    .post('/api/runs', validate('json', startRunSchema), async (context) =>
      context.json(await services.startRun(context.req.valid('json')), 201),
    )
    .get('/api/runs/:run', async (context) => {
      const run = await services.findRun(runOf(context.req.param('run')));
      return run ? context.json(run) : context.json(noSuchRun(context.req.param('run')), 404);
    })
    .delete('/api/runs/:run', async (context) => {
      const id = context.req.param('run');
      switch (await services.deleteRun(runOf(id))) {
        case 'deleted':
          return context.body(null, 204);
        case 'still-running':
          return context.json(problem('run_open', `Run ${id} is still running; end its agent first.`), 409);
        case 'not-found':
          return context.json(noSuchRun(id), 404);
      }
    })
    .patch('/api/runs/:run', validate('json', updateRunSchema), async (context) => {
      const id = context.req.param('run');
      const { pinned } = context.req.valid('json');
      if (await services.setPinned(runOf(id), pinned)) return context.body(null, 204);
      return context.json(noSuchRun(id), 404);
    })
    .post('/api/collect', validate('json', collectSchema), async (context) =>
      context.json<Collected>(await services.collect(context.req.valid('json').dryRun)),
    )
    .post('/api/runs/:run/logs', validate('json', logLinesSchema), (context) => {
      const id = context.req.param('run');
      const written = services.writeLogs(runOf(id), context.req.valid('json').lines);
      return written ? context.body(null, 204) : context.json(runNotOpen(id), 409);
    })
    .post('/api/runs/:run/end', validate('json', endRunSchema), async (context) => {
      const id = context.req.param('run');
      const ended = await services.endRun(runOf(id), context.req.valid('json'));
      return ended ? context.body(null, 204) : context.json(runNotOpen(id), 409);
    })
    .get('/api/runs/:run/spans', async (context) => {
      const id = context.req.param('run');
      if (!(await services.findRun(runOf(id)))) return context.json(noSuchRun(id), 404);
      return context.json<SpanList>({ spans: await services.listSpans(runOf(id)) });
    })
    .get('/api/runs/:run/spans/:span', async (context) => {
      const { run, span } = context.req.param();
      const detail = isSpanId(span) ? await services.findSpan(runOf(run), span) : undefined;
      if (detail) return context.json(detail);
      return context.json(problem('span_not_found', `Run ${run} has no span ${span}.`), 404);
    })
    .post('/api/imports', validate('json', importSchema), (context) =>
      ndjson(context.req.raw.signal, (signal) => services.importFile(context.req.valid('json'), signal)),
    )
    .get('/api/runs/:run/export', validate('query', exportSchema), async (context) => {
      const id = context.req.param('run');
      const { format } = context.req.valid('query');
      const pieces = await services.exportRun(runOf(id), format);
      if (!pieces) return context.json(noSuchRun(id), 404);
      return streamOf(
        pieces,
        isBundleFormat(format) ? 'application/zstd' : WRITTEN_FILES[format].contentType,
      );
    })
    .get('/api/runs/:run/events', validate('query', followSchema), async (context) => {
      const id = context.req.param('run');
      if (!(await services.findRun(runOf(id)))) return context.json(noSuchRun(id), 404);
      const { from } = context.req.valid('query');
      return ndjson(context.req.raw.signal, (signal) =>
        wrapEvents(services.followRun(runOf(id), from, signal)),
      );
    });
}

/** What was made or changed, or why not. */
function answer<Value extends object>(
  context: Context,
  result: Result<Value, ApiProblem['error']>,
  status: 200 | 201 = 200,
) {
  return result.ok
    ? context.json(result.value, status)
    : context.json({ error: result.error }, statusOf(result.error.code));
}

function statusOf(code: string): 404 | 409 | 503 | 400 {
  switch (code) {
    case 'instance_unknown':
    case 'run_not_found':
      return 404;
    case 'instance_exists':
      return 409;
    case 'query_too_slow':
    case 'query_cancelled':
      return 503;
    default:
      return 400;
  }
}

export type Api = ReturnType<typeof createApi>;

/** An expected failure whose code and words may be shown as they are. */
export class ApiFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function describe(error: Error): ApiProblem['error'] {
  if (error instanceof ApiFailure) return { code: error.code, message: error.message };
  return { code: 'internal', message: `Signalbox could not do this: ${error.message}` };
}

function problem(code: string, message: string): ApiProblem {
  return { error: { code, message } };
}

function noSuchRun(id: string): ApiProblem {
  return problem('run_not_found', `There is no run ${id} in this data folder.`);
}

function runNotOpen(id: string): ApiProblem {
  return problem('run_not_open', `Run ${id} is not open: it has ended, or it was never started here.`);
}

/** An id that cannot exist is looked up all the same, so that it ends in the same answer as one that does not. */
function runOf(text: string): RunId {
  return (isRunId(text) ? text : '') as RunId;
}

function validate<Target extends 'json' | 'query', Schema extends z.ZodType>(target: Target, schema: Schema) {
  return zValidator(target, schema, (result, context) => {
    if (result.success) return undefined;
    const [issue] = result.error.issues;
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    return context.json(problem('invalid_request', `${where}${issue?.message ?? 'not valid'}`), 400);
  });
}

async function* wrapEvents<Item>(batches: AsyncIterable<readonly Item[]>) {
  for await (const events of batches) yield { events };
}

/** One JSON document a line, as they come; a failure on the way is the last line, never a silent end. */
/** What breaks off in the middle is broken off for whoever reads it, too. */
function streamOf(pieces: AsyncIterable<string | Uint8Array>, contentType: string): Response {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(typeof next.value === 'string' ? encoder.encode(next.value) : next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, { headers: { 'content-type': contentType } });
}

function ndjson(request: AbortSignal, open: (signal: AbortSignal) => AsyncIterable<unknown>): Response {
  const encoder = new TextEncoder();
  const cancelled = new AbortController();
  const iterator = open(AbortSignal.any([request, cancelled.signal]))[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      } catch (error) {
        if (cancelled.signal.aborted) return;
        const line = { problem: describe(error instanceof Error ? error : new Error(String(error))) };
        controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        controller.close();
      }
    },
    cancel() {
      cancelled.abort();
      // Where nobody has asked for the next line, it does not run and cannot notice. Nobody is left to tell of its failure, either.
      iterator.return?.().catch(() => undefined);
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  });
}
