import { z } from 'zod';
import { fail, ok, type Result } from '../../base/result.ts';
import { readConversation } from '../../dialects/conversation/read-conversation.ts';
import type { ConversationDialect, WireDialect } from '../../dialects/dialect.ts';
import { jsonText, parseJson } from '../../dialects/json-access.ts';

/** The part of a request that the simulated models look at, in whatever dialect it came. */
export interface SimulatedRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly maxTokens?: number;
  /** Everything that the model is told, as JSON. */
  readonly said: string;
  /** The newest text of the user, which scripts are looked for in. */
  readonly asked: string;
}

type Read = Omit<SimulatedRequest, 'asked'>;
/** Those of which the tokens are counted are told like those that are answered. */
type SimulatedDialect = ConversationDialect | 'anthropic-count-tokens';

const limit = z.int().positive().nullish();
const common = { model: z.string(), stream: z.boolean().nullish() };
const message = z.looseObject({ role: z.string(), content: z.unknown().optional() });
const messages = z.array(message).min(1);

const chat = z
  .looseObject({
    ...common,
    stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
    max_tokens: limit,
    max_completion_tokens: limit,
    messages,
  })
  .transform((body): Read => ({
    ...read(body, body.max_completion_tokens ?? body.max_tokens, body.messages),
    includeUsage: body.stream_options?.include_usage ?? false,
  }));

const responses = z
  .looseObject({
    ...common,
    instructions: z.string().nullish(),
    input: z.union([z.string(), z.array(z.looseObject({})).min(1)]),
    max_output_tokens: limit,
  })
  .transform((body): Read => read(body, body.max_output_tokens, [body.instructions ?? '', body.input]));

const counted = z
  .looseObject({ ...common, system: z.unknown().optional(), messages })
  .transform((body): Read => read(body, undefined, [body.system ?? '', body.messages]));

const anthropic = z
  .looseObject({ ...common, system: z.unknown().optional(), max_tokens: z.int().positive(), messages })
  .transform((body): Read => read(body, body.max_tokens, [body.system ?? '', body.messages]));

const SCHEMAS = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': anthropic,
  'anthropic-count-tokens': counted,
} as const satisfies Partial<Record<WireDialect, z.ZodType<Read>>>;

/** Or what is wrong with the body, with its place. */
export function readSimulatedRequest(
  dialect: SimulatedDialect,
  text: string,
): Result<SimulatedRequest, string> {
  const parsed = SCHEMAS[dialect].safeParse(parseJson(text));
  if (!parsed.success) return fail(firstIssue(parsed.error));
  return ok({ ...parsed.data, asked: newestOfUser(dialect, text) });
}

/** What is wrong first: `messages.0.role: …`. */
export function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

function read(
  { model, stream }: { readonly model: string; readonly stream?: boolean | null | undefined },
  maxTokens: number | null | undefined,
  said: unknown,
): Read {
  return {
    model,
    stream: stream ?? false,
    includeUsage: false,
    ...(typeof maxTokens === 'number' && { maxTokens }),
    said: jsonText(said),
  };
}

/** What a tool has answered is not the user's, although Anthropic's dialect has it in a message of the user. */
function newestOfUser(dialect: SimulatedDialect, text: string): string {
  const said = readConversation(dialect, text)?.messages ?? [];
  const newest = said.findLast(({ role, parts }) => role === 'user' && parts.some(isText));
  return (newest?.parts ?? []).flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
}

function isText({ kind }: { readonly kind: string }): boolean {
  return kind === 'text';
}
