/**
 * The client that the conformance suite looks at: `MCP_CONFORMANCE_SCENARIO=… node fixture-client.ts URL`. It does what
 * a scenario needs and leaves the protocol to the official client.
 */
import {
  Client,
  ClientCredentialsProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  auth,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  isStrictScopeSuperset,
  type ClientOptions,
  type FetchLike,
  type OAuthClientProvider,
  type StreamableHTTPClientTransportOptions,
} from '@modelcontextprotocol/client';
import { HeadlessOAuth } from './fixture-oauth.ts';

interface ToolCall {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
}

const NAME = { name: 'signalbox-fixture', version: '1.0.0' };
const version = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'];
const isModern = version !== undefined && version >= '2026-07-28';
const ERA: ClientOptions = isModern ? { versionNegotiation: { mode: 'auto' } } : {};

/** Runs a scenario against the server at `url`. */
async function runScenario(scenario: string, url: string, context: Record<string, unknown>): Promise<void> {
  if (scenario.startsWith('auth/')) return authorise(scenario, url, context);
  switch (scenario) {
    case 'initialize':
    case 'request-metadata':
    case 'json-schema-ref-no-deref': {
      const all = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
      const client = await connect(url, { capabilities: scenario === 'request-metadata' ? all : {} });
      if (scenario !== 'request-metadata') await client.listTools();
      return client.close();
    }
    case 'tools_call':
      return callTools(await connect(url), () => ({ a: 5, b: 3 }));
    case 'sse-retry':
      return callTools(await connect(url), () => ({}));
    case 'elicitation-sep1034-client-defaults': {
      const client = await connect(url, { capabilities: { elicitation: { form: { applyDefaults: true } } } });
      client.setRequestHandler('elicitation/create', async () => ({
        action: 'accept' as const,
        content: {},
      }));
      return callTools(client, () => ({}));
    }
    case 'json-schema-2020-12-preservation': {
      const client = await connect(url);
      const { tools } = await client.listTools();
      const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
      await client.callTool({ name: 'json_schema_echo', arguments: { schema: schema ?? {} } });
      return client.close();
    }
    case 'http-standard-headers':
      return readEverything(await connect(url, {}, { fetch: discovered }));
    case 'http-custom-headers': {
      const client = await connect(url, {}, { fetch: discovered });
      await client.listTools();
      for (const call of (context['toolCalls'] ?? []) as ToolCall[]) await client.callTool(call);
      return client.close();
    }
    case 'http-invalid-tool-headers':
      return callTools(await connect(url, {}, { fetch: discovered }), () => ({ region: 'us-west1' }));
    case 'sep-2322-client-request-state':
      return bringInput(url);
    default:
      throw new Error(`there is no scenario "${scenario}"`);
  }
}

async function connect(
  url: string,
  options: ClientOptions = {},
  transport: StreamableHTTPClientTransportOptions = {},
): Promise<Client> {
  const client = new Client(NAME, { capabilities: {}, ...ERA, ...options });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), transport));
  return client;
}

async function callTools(client: Client, argumentsOf: () => Record<string, unknown>): Promise<void> {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: argumentsOf() });
  await client.close();
}

async function readEverything(client: Client): Promise<void> {
  const [tool] = (await client.listTools()).tools;
  if (tool) await client.callTool({ name: tool.name, arguments: {} });
  const [resource] = (await client.listResources()).resources;
  if (resource) await client.readResource({ uri: resource.uri });
  const [prompt] = (await client.listPrompts()).prompts;
  if (prompt) await client.getPrompt({ name: prompt.name, arguments: {} });
  await client.close();
}

async function bringInput(url: string): Promise<void> {
  const client = new Client(NAME, { capabilities: { elicitation: {} }, ...ERA });
  client.setRequestHandler('elicitation/create', async () => ({
    action: 'accept' as const,
    content: { confirmed: true },
  }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: discovered }));
  for (const name of ['test_mrtr_echo_state', 'test_mrtr_no_state', 'test_mrtr_unrelated'])
    await client.callTool({ name, arguments: {} });
  // A result that does not say what it is may be refused; it must not be taken for a question.
  await client.callTool({ name: 'test_mrtr_no_result_type', arguments: {} }).catch(() => undefined);
  await client.close();
}

/** Some of the suite's servers know every method but the one that tells which there are: that is answered here. */
const discovered: FetchLike = async (url, init) => {
  const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
  const { id, method } = body as { id?: unknown; method?: unknown };
  if (method !== 'server/discover') return fetch(url, init);
  const capabilities = { tools: { listChanged: true }, resources: {}, prompts: {} };
  const _meta = { 'io.modelcontextprotocol/serverInfo': NAME };
  return Response.json({
    jsonrpc: '2.0',
    id,
    result: { supportedVersions: ['2026-07-28'], capabilities, _meta },
  });
};

async function authorise(scenario: string, url: string, context: Record<string, unknown>): Promise<void> {
  const options: ClientOptions = { versionNegotiation: { mode: 'auto' } };
  const { client_id: clientId, client_secret: clientSecret } = context as Record<string, string>;
  if (scenario.startsWith('auth/client-credentials')) {
    const { private_key_pem: privateKey, signing_algorithm: algorithm = 'ES256' } = context as Record<
      string,
      string
    >;
    const provider: OAuthClientProvider =
      privateKey === undefined
        ? new ClientCredentialsProvider({ clientId: clientId!, clientSecret: clientSecret! })
        : new PrivateKeyJwtProvider({ clientId: clientId!, privateKey, algorithm });
    const client = await connect(url, {}, { authProvider: provider });
    await client.listTools();
    return client.close();
  }
  const provider = new HeadlessOAuth(
    scenario === 'auth/pre-registration'
      ? {
          client_id: clientId!,
          client_secret: clientSecret!,
          redirect_uris: ['http://localhost:3000/callback'],
        }
      : undefined,
  );
  const client = await connect(url, options, { fetch: withConsent(provider, url) });
  await client.listTools();
  await client.callTool({ name: 'test-tool', arguments: {} });
  await client.close();
}

/** Asks for consent where a server wants that, once for each request. */
function withConsent(provider: HeadlessOAuth, serverUrl: string): FetchLike {
  const send = (url: string | URL, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    const tokens = provider.tokens();
    if (tokens) headers.set('authorization', `Bearer ${tokens.access_token}`);
    return fetch(url, { ...init, headers });
  };
  return async (url, init) => {
    const response = await send(url, init);
    if (response.status !== 401 && response.status !== 403) return response;
    const { resourceMetadataUrl, scope: wanted } = extractWWWAuthenticateParams(response);
    const had = provider.tokens()?.scope;
    const scope = response.status === 403 ? computeScopeUnion(had, wanted) : wanted;
    if (response.status === 401) provider.invalidateCredentials('discovery');
    const request = {
      serverUrl,
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
      ...(scope !== undefined && { scope }),
      forceReauthorization: isStrictScopeSuperset(scope, had),
    };
    if ((await auth(provider, request)) === 'REDIRECT') {
      const { callback } = provider;
      const iss = callback.get('iss');
      await auth(provider, {
        ...request,
        authorizationCode: callback.get('code') ?? '',
        ...(iss !== null && { iss }),
      });
    }
    const again = await send(url, init);
    if (again.status === 401 || again.status === 403)
      throw new UnauthorizedError(`${String(url)} is not allowed`);
    return again;
  };
}

/** The suite gives a client half a minute, and may end only the shell that it is started by. */
const LONGEST_MS = 25_000;

/** Runs the scenario that the environment names, and says on standard error what went wrong; `true` where nothing did. */
export async function playScenario(url: string): Promise<boolean> {
  const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, unknown>;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('it took too long')), LONGEST_MS);
  try {
    await Promise.race([
      runScenario(process.env['MCP_CONFORMANCE_SCENARIO'] ?? '', url, context),
      late.promise,
    ]);
    return true;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

if (import.meta.main) process.exit((await playScenario(process.argv.at(-1)!)) ? 0 : 1);
