/** The fixture server over its standard streams. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createFixtureServer } from './fixture-server.ts';

serveStdio(() =>
  createFixtureServer((server) => ({
    tools: () => server.sendToolListChanged(),
    prompts: () => server.sendPromptListChanged(),
  })),
);
