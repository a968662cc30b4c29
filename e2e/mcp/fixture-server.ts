import { randomBytes } from 'node:crypto';
import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  McpServer,
  ResourceTemplate,
  type GetPromptResult,
  type ReadResourceResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { registerAskingTools } from './fixture-asking-tools.ts';
import { registerInputTools, type RoundState } from './fixture-input-tools.ts';
import { PNG, text } from './fixture-media.ts';
import { registerTools, type Changes } from './fixture-tools.ts';

const codec = createRequestStateCodec<RoundState>({ key: randomBytes(32) });

/** A server with all that the conformance suite asks for, in both eras. */
export function createFixtureServer(changes: (server: McpServer) => Changes): McpServer {
  const server = new McpServer(
    { name: 'signalbox-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: codec.verify },
    },
  );
  registerTools(server, changes(server));
  registerAskingTools(server);
  registerInputTools(server, codec);
  registerResources(server);
  registerPrompts(server);
  server.server.setRequestHandler('resources/subscribe', async () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', async () => ({}));
  server.server.setRequestHandler('logging/setLevel', async () => ({}));
  server.server.setRequestHandler('completion/complete', async () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }));
  return server;
}

function registerResources(server: McpServer): void {
  const register = (name: string, mimeType: string, content: { text: string } | { blob: string }) => {
    const uri = `test://${name}`;
    const read = async (): Promise<ReadResourceResult> => ({ contents: [{ uri, mimeType, ...content }] });
    server.registerResource(name, uri, { title: name, description: `The resource ${name}`, mimeType }, read);
  };
  register('static-text', 'text/plain', { text: 'This is the content of the static text resource.' });
  register('static-binary', 'image/png', { blob: PNG });
  register('watched-resource', 'text/plain', { text: 'watched' });
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'template', description: 'A resource with an id', mimeType: 'application/json' },
    async (uri, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${String(id)}` };
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(data) }] };
    },
  );
}

function registerPrompts(server: McpServer): void {
  const user = (content: GetPromptResult['messages'][number]['content']) => ({
    role: 'user' as const,
    content,
  });

  server.registerPrompt('test_simple_prompt', { description: 'Without arguments' }, async () => ({
    messages: [user(text('This is a simple prompt for testing.'))],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'With two arguments', argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    async ({ arg1, arg2 }) => ({
      messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource in it', argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri: uri }) => ({
      messages: [
        user({
          type: 'resource',
          resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        }),
        user(text('Please process the embedded resource above.')),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image in it' }, async () => ({
    messages: [
      user({ type: 'image', data: PNG, mimeType: 'image/png' }),
      user(text('Please analyze the image above.')),
    ],
  }));
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Needs input first' },
    // Without arguments a prompt gets the context alone, which its type does not say.
    async (only: unknown) => {
      const { inputResponses } = (only as ServerContext).mcpReq;
      const context = acceptedContent<{ context: unknown }>(inputResponses, 'user_context')?.context;
      if (typeof context === 'string')
        return { messages: [user(text(`Use the following context: ${context}`))] };
      const user_context = inputRequired.elicit({
        message: 'What context should the prompt use?',
        requestedSchema: {
          type: 'object',
          properties: { context: { type: 'string' } },
          required: ['context'],
        },
      });
      return inputRequired({ inputRequests: { user_context } });
    },
  );
}
