/**
 * Makes `resources/prices/models.json` of LiteLLM's table of models: `node scripts/make-model-table.ts FILE`, where FILE is
 * its `model_prices_and_context_window.json`. What it is taken from stands in `resources/prices/README.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.ts';

/** The providers of genai-prices, with what LiteLLM calls them. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['anthropic'],
  aws: ['bedrock', 'bedrock_converse'],
  azure: ['azure', 'azure_ai'],
  cerebras: ['cerebras'],
  cohere: ['cohere', 'cohere_chat'],
  deepseek: ['deepseek'],
  fireworks: ['fireworks_ai', 'fireworks_ai-embedding-models'],
  google: ['gemini'],
  groq: ['groq'],
  minimax: ['minimax'],
  mistral: ['mistral'],
  moonshotai: ['moonshot'],
  novita: ['novita'],
  openai: ['openai', 'text-completion-openai'],
  openrouter: ['openrouter'],
  perplexity: ['perplexity'],
  together: ['together_ai'],
  voyageai: ['voyage'],
  'x-ai': ['xai'],
  zhipuai: ['zai'],
};
const MODES = new Set(['chat', 'completion', 'responses', 'embedding']);

/** In the order of the columns; prices are for a token there, and for a million here. */
const COLUMNS = [
  'max_input_tokens',
  'max_output_tokens',
  'input_cost_per_token',
  'output_cost_per_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
  'cache_creation_input_token_cost_above_1hr',
] as const;

type Entry = Readonly<Record<string, unknown>>;

/** JSON's numbers, and its null. */
function rowOf(entry: Entry): readonly string[] {
  const row = COLUMNS.map((column) => {
    const value = entry[column];
    if (typeof value !== 'number') return 'null';
    return String(column.startsWith('max_') ? value : Number((value * 1e6).toPrecision(12)));
  });
  while (row.length > 0 && row.at(-1) === 'null') row.pop();
  return row;
}

function modelsOf(table: Readonly<Record<string, Entry>>, names: readonly string[]): [string, string][] {
  const models = new Map<string, string>();
  for (const [key, entry] of Object.entries(table)) {
    const { litellm_provider: provider, mode } = entry;
    if (typeof provider !== 'string' || !names.includes(provider) || !MODES.has(String(mode))) continue;
    const prefix = [`${provider}/`, 'bedrock/', 'fireworks_ai/', 'cohere/'].find((one) =>
      key.startsWith(one),
    );
    const name = key.slice(prefix?.length ?? 0);
    const row = rowOf(entry);
    // Fine-tuned models and regions have names of their own for each customer and place.
    if (row.length > 0 && !name.startsWith('ft:') && !name.includes('gov-'))
      models.set(name, `[${row.join(', ')}]`);
  }
  return [...models].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('the table is missing: node scripts/make-model-table.ts FILE');
const table = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Entry>;
const blocks = Object.entries(PROVIDERS).map(([provider, names]) => {
  const lines = modelsOf(table, names).map(([name, row]) => `      ${JSON.stringify(name)}: ${row}`);
  return `    ${JSON.stringify(provider)}: {\n${lines.join(',\n')}\n    }`;
});
const text = `{
  "source": "litellm 2026-08-01",
  "columns": [
${COLUMNS.map((column) => `    "${column}"`).join(',\n')}
  ],
  "providers": {
${blocks.join(',\n')}
  }
}
`;
writeFileSync(join(root, 'resources', 'prices', 'models.json'), text);
