import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What is used here of `@copilotkit/aimock`, which is installed beside the clients. */
interface Mock {
  readonly url: string;
  on(match: { readonly userMessage: string; readonly hasToolResult?: boolean }, response: object): this;
  onEmbedding(pattern: RegExp, response: object): this;
  start(): Promise<string>;
  stop(): Promise<void>;
}
interface MockModule {
  readonly LLMock: new (options: { readonly port: number; readonly logLevel: string }) => Mock;
}

const TOOLS = [
  { name: 'weather', arguments: { city: 'Paris', unit: 'C' } },
  { name: 'weather', arguments: { city: 'Tōkyō', unit: 'C' } },
];

/** The second upstream: a mock of all providers that others have written, with its own idea of how they answer. */
export async function startAimock(): Promise<{ readonly baseUrl: string; close(): Promise<void> }> {
  const load = createRequire(join(import.meta.dirname, '..', 'package.json'));
  const { LLMock } = load('@copilotkit/aimock') as MockModule;
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  const text = 'Né 🚦 the signal is “red”.\n\tThen it turns 绿, and we go.';
  for (const scene of ['[[tools]]', '[[only-tools]]']) {
    mock.on({ userMessage: scene, hasToolResult: true }, { content: 'Paris 18 °C, Tōkyō 24 °C.' });
  }
  mock
    .on({ userMessage: '[[tools]]' }, { content: 'Let me look.', toolCalls: TOOLS })
    .on({ userMessage: '[[only-tools]]' }, { toolCalls: TOOLS })
    .on({ userMessage: '[[text]]' }, { content: text })
    .on({ userMessage: '[[thoughts]]' }, { content: text, reasoning: 'The user wants to cross.' })
    .on({ userMessage: '[[json]]' }, { content: '{"city":"Paris","celsius":18}' })
    .on({ userMessage: '[[error-500]]' }, { error: { message: 'Broken', type: 'server_error' }, status: 500 })
    .on(
      { userMessage: '[[error-529]]' },
      { error: { message: 'Overloaded', type: 'overloaded_error' }, status: 529 },
    )
    .onEmbedding(/./, { embedding: [0.25, -0.5, 0.125] });
  await mock.start();
  return { baseUrl: `${mock.url}/v1`, close: () => mock.stop() };
}
