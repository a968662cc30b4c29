/**
 * Imports go down only. Each layer of `core/` names the layers that it may import; everything else is refused,
 * so a new folder stays red until it has its place here.
 */
const BELOW_REGISTRY = ['base', 'journal'];
const POLICIES = [...BELOW_REGISTRY, 'registry', 'balancing', 'resilience'];
const SERVICES = ['dialects', 'adapters', 'mcp', 'query'];
const BELOW_SCHEDULING = [...POLICIES, ...SERVICES, 'routing', 'config', 'insight', 'access', 'plugins'];
const PURE = [
  ...BELOW_SCHEDULING,
  'formats',
  'scheduling',
  'collaboration',
  'workflow',
  'debugging',
  'simulation',
];

/** What a layer may import besides itself. */
const LAYERS = {
  base: [],
  journal: ['base'],
  registry: BELOW_REGISTRY,
  dialects: BELOW_REGISTRY,
  adapters: [...BELOW_REGISTRY, 'dialects'],
  mcp: BELOW_REGISTRY,
  formats: [...BELOW_REGISTRY, 'dialects'],
  query: [...BELOW_REGISTRY, 'dialects'],
  balancing: BELOW_REGISTRY,
  resilience: BELOW_REGISTRY,
  // These stand beside routing: they import only what is left of it.
  routing: POLICIES,
  insight: POLICIES,
  access: POLICIES,
  config: [...POLICIES, 'adapters'],
  plugins: POLICIES,
  scheduling: BELOW_SCHEDULING,
  collaboration: [...BELOW_SCHEDULING, 'scheduling'],
  workflow: [...BELOW_SCHEDULING, 'scheduling'],
  debugging: [...BELOW_SCHEDULING, 'scheduling'],
  simulation: [...BELOW_SCHEDULING, 'scheduling'],
  api: PURE,
  node: [...PURE, 'api'],
};

const TEST = '\\.test\\.tsx?$';
const anyOf = (names) => `(?:${names.join('|')})`;
const PURE_FOLDERS = anyOf(Object.keys(LAYERS).filter((layer) => layer !== 'node' && layer !== 'api'));

const layerRules = Object.entries(LAYERS).map(([layer, below]) => ({
  name: `layer-${layer}`,
  severity: 'error',
  from: { path: `^core/${layer}/`, pathNot: TEST },
  to: { path: '^core/', pathNot: `^core/${anyOf([layer, ...below])}/` },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'unknown-layer',
      comment: 'A folder of core/ without a place among the layers.',
      severity: 'error',
      from: { path: '^core/', pathNot: `^core/${anyOf(Object.keys(LAYERS))}/` },
      to: {},
    },
    {
      name: 'core-stands-alone',
      severity: 'error',
      from: { path: '^core/', pathNot: TEST },
      to: { path: '^(?:electron|renderer|e2e|bench|faults|fuzz|scripts)/' },
    },
    {
      name: 'pure-core-knows-no-machine',
      severity: 'error',
      from: { path: `^core/(?:${PURE_FOLDERS}|api)/`, pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-core-uses-portable-packages',
      comment: 'Only packages that run anywhere; add one here when it needs neither Node nor a DOM.',
      severity: 'error',
      from: { path: `^core/${PURE_FOLDERS}/`, pathNot: TEST },
      to: {
        path: 'node_modules/',
        pathNot:
          'node_modules/(?:zod|smol-toml|eventsource-parser|@marcbachmann/cel-js|@pydantic/genai-prices|@bufbuild/protobuf)/',
      },
    },
    {
      name: 'api-uses-web-standards',
      severity: 'error',
      from: { path: '^core/api/', pathNot: TEST },
      to: { path: 'node_modules/', pathNot: 'node_modules/(?:zod|hono|@hono/zod-validator)/' },
    },
    {
      name: 'window-sees-pure-core-only',
      comment: 'Pure core, the API client and bridge; of the API contract its types.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { path: '^core/(?:node|api)/', pathNot: '^core/api/(?:client|bridge|contract)\\.ts$' },
    },
    {
      name: 'window-takes-types-of-the-contract',
      comment: 'The schemas stay on the side of the host.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { path: '^core/api/contract\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'window-stands-alone',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { path: '^(?:electron|e2e|bench|faults|fuzz|scripts)/' },
    },
    {
      name: 'window-knows-no-machine',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-knows-no-window',
      severity: 'error',
      from: { path: '^electron/', pathNot: TEST },
      to: { path: '^(?:renderer|e2e|bench|faults|fuzz|scripts)/' },
    },
    {
      name: 'only-electron-imports-electron',
      severity: 'error',
      from: { pathNot: '^electron/|^e2e/stand-in/' },
      to: { path: '(?:^|/)node_modules/electron/|^electron$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'The agents of the client specs have packages of their own, installed when they are run.',
      severity: 'error',
      from: { pathNot: '^e2e/clients/agents/' },
      to: {
        couldNotResolve: true,
        pathNot: '^(?:virtual:|electron$)|[?](?:raw|url|worker|asset|nodeWorker|modulePath)',
      },
    },
    {
      name: 'no-test-imports',
      comment: 'Nothing but a test may need a test.',
      severity: 'error',
      from: { pathNot: `${TEST}|^e2e/` },
      to: { path: TEST },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:out|dist|coverage)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
