import type { z } from 'zod';
import { fail, ok, type Result } from '../base/result.ts';
import { isTooDeep, parseJson } from '../dialects/json-access.ts';
import type { CallError } from '../journal/event.ts';
import { compileMeasure, type Measure } from './measure.ts';
import { writeMultipart, type FormPart } from './multipart.ts';
import { pathTemplate, type PathTemplate } from './path-template.ts';

/** What is counted, by a word for it: `documents`, `results`. */
export type Measures = Readonly<Record<string, Measure>>;
/** The same as it is written. */
export type MeasureSources = Readonly<Record<string, string>>;

/** One thing that a service can be asked for, as far as it is recognised and counted. */
export interface OperationMapping {
  readonly name: string;
  readonly method: string;
  /** Below the endpoint. */
  readonly path: PathTemplate;
  /** Of a JSON body, or of a form as `{ field: [text], files: [{ filename, bytes }] }`. */
  readonly request: Measures;
  /** Of a JSON answer. */
  readonly answer: Measures;
}

/** How to speak with a service of some kind, and how to read along when others do. */
export interface ServiceAdapter {
  readonly name: string;
  /** Where it reads its key; a bearer token where this is absent. */
  readonly keyHeader?: string;
  readonly operations: readonly OperationMapping[];
  /** What its error documents say. */
  readError(status: number, body: string): CallError;
}

/** An operation that can be asked for here: what goes in becomes a request, what comes back a value. */
export interface ServiceOperation<Input, Output> extends OperationMapping {
  toRequest(input: Input): ServiceRequest;
  /** The value that an answer with status 200 holds. */
  readAnswer(body: string): Result<Output, CallError>;
}

export interface ServiceRequest {
  readonly method: string;
  /** Below the endpoint. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Uint8Array;
}

interface MappingDefinition {
  readonly name: string;
  /** `POST` where it is absent. */
  readonly method?: string;
  readonly path: string;
  readonly request?: MeasureSources;
  readonly answer?: MeasureSources;
}

interface OperationDefinition<Input, Output> extends MappingDefinition {
  /** What stands in the places of the path, and in the body. */
  write(input: Input): {
    readonly places?: Readonly<Record<string, string>>;
    readonly json?: object;
    readonly form?: readonly FormPart[];
  };
  readonly output: z.ZodType<Output>;
}

/** Throws where a measure is none: what people write is checked before. */
export function defineMapping(definition: MappingDefinition): OperationMapping {
  const { name, method = 'POST', path, request = {}, answer = {} } = definition;
  return { name, method, path: pathTemplate(path), request: compileAll(request), answer: compileAll(answer) };
}

export function defineOperation<Input, Output>(
  definition: OperationDefinition<Input, Output>,
): ServiceOperation<Input, Output> {
  const mapping = defineMapping(definition);
  const { name, method, path } = mapping;
  return {
    ...mapping,
    toRequest(input) {
      const { places = {}, json, form } = definition.write(input);
      const request = { method, path: path.with(places) };
      if (form) return { ...request, ...writeMultipart(form, boundaryFor(form)) };
      if (!json) return request;
      return {
        ...request,
        contentType: 'application/json',
        body: new TextEncoder().encode(JSON.stringify(json)),
      };
    },
    readAnswer(body) {
      const document = parseJson(body);
      const parsed = isTooDeep(document) ? undefined : definition.output.safeParse(document);
      if (parsed?.success) return ok(parsed.data);
      const issue = parsed?.error.issues[0];
      const place = issue ? ` (${[...issue.path, issue.message].join(': ')})` : '';
      return fail({ code: 'unexpected_answer', message: `this is no answer to ${name}${place}` });
    },
  };
}

function compileAll(sources: MeasureSources): Measures {
  const compiled = Object.entries(sources).map(([word, source]) => {
    const measure = compileMeasure(source);
    if (!measure.ok) throw new Error(`${word} = "${source}": ${measure.error}`);
    return [word, measure.value] as const;
  });
  return Object.fromEntries(compiled);
}

/** One that stands in no part: the same form has the same one. */
function boundaryFor(form: readonly FormPart[]): string {
  const contents = form.map(({ content }) => new TextDecoder().decode(content));
  let boundary = 'signalbox-form-boundary';
  for (let count = 1; contents.some((content) => content.includes(boundary)); count++) {
    boundary = `signalbox-form-boundary-${count}`;
  }
  return boundary;
}
