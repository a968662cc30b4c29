import { randomUUID } from 'node:crypto';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequests,
  type InputRequiredResult,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './fixture-media.ts';

export interface RoundState {
  readonly tool: string;
  readonly round?: number;
  readonly name?: string;
  readonly nonce: string;
}
type Codec = RequestStateCodec<RoundState>;
type Answer = CallToolResult | InputRequiredResult;

const form = (
  message: string,
  properties: Readonly<Record<string, { type: 'string' } | { type: 'boolean' }>>,
) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
  });
const sample = (question: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(question) }], maxTokens });

const askName = () => form('What is your name?', { name: { type: 'string' } });
const askConfirmation = () => form('Please confirm', { ok: { type: 'boolean' } });
const done = (words: string): CallToolResult => ({ content: [text(words)] });

/** Tools that need something first, as servers without sessions say it (2026-07-28). */
export function registerInputTools(server: McpServer, codec: Codec): void {
  const mint = (state: Omit<RoundState, 'nonce'>) => codec.mint({ ...state, nonce: randomUUID() });
  const register = (name: string, run: (ctx: ServerContext) => Promise<Answer> | Answer) =>
    server.registerTool(
      name,
      { description: `Needs input, as ${name} must`, inputSchema: z.object({}) },
      async (_, ctx) => run(ctx),
    );

  register('test_input_required_result_elicitation', ({ mcpReq }) => {
    const name = acceptedContent<{ name: unknown }>(mcpReq.inputResponses, 'user_name')?.name;
    if (typeof name === 'string') return done(`Hello, ${name}!`);
    return inputRequired({ inputRequests: { user_name: askName() } });
  });

  register('test_input_required_result_sampling', ({ mcpReq }) => {
    const said = textOf(mcpReq.inputResponses?.['capital_question']);
    if (said !== undefined) return done(`Sampling response: ${said}`);
    return inputRequired({
      inputRequests: { capital_question: sample('What is the capital of France?', 100) },
    });
  });

  register('test_input_required_result_list_roots', ({ mcpReq }) => {
    const roots = rootsOf(mcpReq.inputResponses?.['client_roots']);
    if (roots) return done(`${roots.length} roots`);
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });

  register('test_input_required_result_request_state', async ({ mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'confirm') && mcpReq.requestState<RoundState>() !== undefined)
      return done('state-ok: it came back as it was');
    const requestState = await mint({ tool: 'request_state' });
    return inputRequired({ inputRequests: { confirm: askConfirmation() }, requestState });
  });

  register('test_input_required_result_multiple_inputs', async ({ mcpReq }) => {
    const responses = mcpReq.inputResponses;
    const name = acceptedContent<{ name: unknown }>(responses, 'user_name')?.name;
    const greeting = textOf(responses?.['greeting']);
    const roots = rootsOf(responses?.['client_roots']);
    if (typeof name === 'string' && greeting !== undefined && roots)
      return done(`${greeting} ${name}, with ${roots.length} roots`);
    return inputRequired({
      inputRequests: {
        user_name: askName(),
        greeting: sample('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await mint({ tool: 'multiple_inputs' }),
    });
  });

  register('test_input_required_result_multi_round', async ({ mcpReq }) => {
    const state = mcpReq.requestState<RoundState>();
    const round = state?.tool === 'multi_round' ? (state.round ?? 0) : 0;
    if (round === 0) {
      const step1 = form('Step 1: What is your name?', { name: { type: 'string' } });
      return inputRequired({
        inputRequests: { step1 },
        requestState: await mint({ tool: 'multi_round', round: 1 }),
      });
    }
    if (round === 1) {
      const name = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'step1')?.name ?? 'somebody';
      const step2 = form('Step 2: What is your favourite colour?', { color: { type: 'string' } });
      return inputRequired({
        inputRequests: { step2 },
        requestState: await mint({ tool: 'multi_round', round: 2, name }),
      });
    }
    const color = acceptedContent<{ color: string }>(mcpReq.inputResponses, 'step2')?.color ?? 'none';
    return done(`${state?.name ?? 'somebody'} likes ${color}`);
  });

  // What was tampered with never gets here: the server verifies every state.
  register('test_input_required_result_tampered_state', async ({ mcpReq }) => {
    if (mcpReq.requestState() !== undefined && acceptedContent(mcpReq.inputResponses, 'confirm'))
      return done('the state is the one that was given');
    const requestState = await mint({ tool: 'tampered_state' });
    return inputRequired({ inputRequests: { confirm: askConfirmation() }, requestState });
  });

  register('test_input_required_result_capabilities', ({ mcpReq }) => {
    if (mcpReq.inputResponses !== undefined) return done('all is there');
    const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
    const can = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
    const inputRequests: InputRequests = {
      ...(can?.elicitation && { user_name: askName() }),
      ...(can?.sampling && { greeting: sample('Generate a short greeting', 50) }),
      ...(can?.roots && { client_roots: inputRequired.listRoots() }),
    };
    return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : done('nobody to ask');
  });

  register('test_missing_capability', ({ mcpReq }) => {
    if (mcpReq.inputResponses?.['llm_answer'] !== undefined) return done('sampled');
    return inputRequired({ inputRequests: { llm_answer: sample('Say pong', 16) } });
  });
}

function textOf(response: unknown): string | undefined {
  const { content } = (response ?? {}) as { content?: { text?: unknown } };
  return typeof content?.text === 'string' ? content.text : undefined;
}

function rootsOf(response: unknown): readonly unknown[] | undefined {
  const { roots } = (response ?? {}) as { roots?: unknown };
  return Array.isArray(roots) ? roots : undefined;
}
