import { setTimeout as sleep } from 'node:timers/promises';
import { fromJsonSchema, type CallToolResult, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PNG, text, WAV } from './fixture-media.ts';

/** Tools that answer with each kind of content. */
const CONTENTS: Readonly<Record<string, () => CallToolResult['content']>> = {
  test_simple_text: () => [text('This is a simple text response for testing.')],
  test_image_content: () => [{ type: 'image', data: PNG, mimeType: 'image/png' }],
  test_audio_content: () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: () => [
    {
      type: 'resource',
      resource: {
        uri: 'test://embedded-resource',
        mimeType: 'text/plain',
        text: 'This is an embedded resource content.',
      },
    },
  ],
  test_multiple_content_types: () => [
    text('Multiple content types test:'),
    { type: 'image', data: PNG, mimeType: 'image/png' },
    {
      type: 'resource',
      resource: {
        uri: 'test://mixed-content-resource',
        mimeType: 'application/json',
        text: JSON.stringify({ test: 'data', value: 123 }),
      },
    },
  ],
  test_error_handling() {
    throw new Error('This tool intentionally returns an error for testing');
  },
  test_streaming_elicitation: () => [text('nothing was asked')],
};

const EVERY_KEYWORD = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // eslint-disable-next-line unicorn/no-thenable
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
} as const;

const REGION_HEADER = { 'x-mcp-header': 'Region' };

/** Lists that change while somebody listens. */
export interface Changes {
  tools(): void;
  prompts(): void;
}

export function registerTools(server: McpServer, changes: Changes): void {
  for (const [name, content] of Object.entries(CONTENTS)) {
    server.registerTool(name, { description: `Answers as ${name} must` }, async () => ({
      content: content(),
    }));
  }

  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three times', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
        await sleep(50);
      }
      return { content: [text('logged')] };
    },
  );

  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress where that is wanted', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
        const params = { progressToken: progressToken!, progress, total: 100, message: `at ${progress}` };
        await mcpReq.notify({ method: 'notifications/progress', params });
        await sleep(50);
      }
      return { content: [text(String(progressToken ?? 'no token'))] };
    },
  );

  server.registerTool(
    'test_logging_tool',
    { description: 'Logs only where the request asks for it', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      await mcpReq.log('info', 'asked for');
      return { content: [text('logged where asked')] };
    },
  );

  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream before it answers', inputSchema: z.object({}) },
    async (_, { http }) => {
      http?.closeSSE?.();
      await sleep(100);
      return { content: [text('the client came back')] };
    },
  );

  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has every keyword in its schema', inputSchema: fromJsonSchema(EVERY_KEYWORD) },
    async (args) => ({ content: [text(JSON.stringify(args))] }),
  );

  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Has a parameter that is a header, too',
      inputSchema: fromJsonSchema<{ region?: string }>({
        type: 'object',
        properties: {
          region: { type: 'string', ...REGION_HEADER },
          level: { type: 'integer' },
        },
      }),
    },
    async ({ region }) => ({ content: [text(region ?? 'no region')] }),
  );

  server.registerTool(
    'test_trigger_tool_change',
    { description: 'Changes the list of tools', inputSchema: z.object({}) },
    async () => {
      changes.tools();
      return { content: [text('changed')] };
    },
  );
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Changes the list of prompts', inputSchema: z.object({}) },
    async () => {
      changes.prompts();
      return { content: [text('changed')] };
    },
  );
}
