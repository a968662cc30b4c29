import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './fixture-media.ts';

const NAMES = ['First', 'Second', 'Third'];
const titled = (word: string) =>
  NAMES.map((name, index) => ({ const: `value${index + 1}`, title: `${name} ${word}` }));

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
} as const;

const ENUMS = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: titled('Option') },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
} as const;

/** Tools that ask the client while they run, as servers with sessions do. */
export function registerAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Has the client ask a model', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user' as const, content: text(prompt) }];
      const { content } = await mcpReq.requestSampling({ messages, maxTokens: 100 });
      const said =
        !Array.isArray(content) && content.type === 'text' ? content.text : JSON.stringify(content);
      return { content: [text(`LLM response: ${said}`)] };
    },
  );

  const ask = async (
    ctx: ServerContext,
    message: string,
    properties: object,
    required: readonly string[] = [],
  ) => {
    const requestedSchema = { type: 'object', properties, required };
    const params = { mode: 'form', message, requestedSchema } as Parameters<typeof ctx.mcpReq.elicitInput>[0];
    const { action, content } = await ctx.mcpReq.elicitInput(params);
    return `action=${action}, content=${JSON.stringify(content ?? {})}`;
  };

  server.registerTool(
    'test_elicitation',
    { description: 'Has the client ask its user', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) => {
      const field = (description: string) => ({ type: 'string', description });
      const fields = { username: field('User’s response'), email: field('User’s email address') };
      const said = await ask(ctx, message, fields, ['username', 'email']);
      return { content: [text(`User response: ${said}`)] };
    },
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks with a default for everything', inputSchema: z.object({}) },
    async (_, ctx) => ({
      content: [text(`Elicitation completed: ${await ask(ctx, 'Look through', DEFAULTS)}`)],
    }),
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks with every kind of choice', inputSchema: z.object({}) },
    async (_, ctx) => ({ content: [text(`Elicitation completed: ${await ask(ctx, 'Choose', ENUMS)}`)] }),
  );
}
