import { fieldAt, isObject, isTooDeep, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { refused, TOO_DEEP, unless, unlessEmpty, type FieldRules, type Findings } from './findings.ts';

const CHAT_TOOL: FieldRules = { type: 'translated', function: 'translated' };
const CHAT_FUNCTION: FieldRules = {
  name: 'translated',
  description: 'translated',
  parameters: 'translated',
  strict: 'translated',
};
const ANTHROPIC_TOOL: FieldRules = {
  type: 'translated',
  name: 'translated',
  description: 'translated',
  input_schema: 'translated',
  strict: 'translated',
  cache_control: 'harmless',
  eager_input_streaming: 'harmless',
  defer_loading: unless('a Chat Completions server loads every tool at once', false),
  input_examples: unlessEmpty('Chat Completions has no examples of calls'),
  allowed_callers: (callers) =>
    JSON.stringify(callers) === '["direct"]' ? undefined : 'only the model itself calls a function there',
};

const NO_CALLERS = 'in Chat Completions only the model itself calls a tool, and only functions';

/** OpenAI's limit; Anthropic's is 128. */
const LONGEST_FUNCTION_NAME = 64;

export function toAnthropicTools(tools: readonly unknown[], findings: Findings): readonly JsonObject[] {
  return tools.flatMap((tool, index) => {
    const at = `tools[${index}]`;
    const work = objectAt(tool, 'function');
    if (!isObject(tool) || textAt(tool, 'type') !== 'function' || !work) {
      findings.refuse(at, 'only functions are tools in both dialects');
      return [];
    }
    findings.check(tool, at, CHAT_TOOL);
    findings.check(work, `${at}.function`, CHAT_FUNCTION);
    const parameters = objectAt(work, 'parameters') ?? { properties: {} };
    const type = fieldAt(parameters, 'type');
    if (type !== undefined && type !== 'object') {
      findings.refuse(`${at}.function.parameters.type`, "a tool's input is an object at Anthropic");
    }
    const description = textAt(work, 'description');
    return [
      {
        name: textAt(work, 'name'),
        ...(description !== '' && { description }),
        input_schema: { ...parameters, type: 'object' },
        ...(fieldAt(work, 'strict') === true && { strict: true }),
      },
    ];
  });
}

export function toChatTools(tools: readonly unknown[], findings: Findings): readonly JsonObject[] {
  return tools.flatMap((tool, index) => {
    const at = `tools[${index}]`;
    if (!isObject(tool) || (textAt(tool, 'type') || 'custom') !== 'custom') {
      findings.refuse(at, 'it is a tool that Anthropic brings or runs itself');
      return [];
    }
    findings.check(tool, at, ANTHROPIC_TOOL);
    const name = textAt(tool, 'name');
    if (name.length > LONGEST_FUNCTION_NAME) {
      findings.refuse(
        `${at}.name`,
        `a function's name has at most ${LONGEST_FUNCTION_NAME} characters at OpenAI`,
      );
    }
    const description = textAt(tool, 'description');
    const work = {
      name,
      ...(description !== '' && { description }),
      parameters: objectAt(tool, 'input_schema') ?? {},
      ...(fieldAt(tool, 'strict') === true && { strict: true }),
    };
    return [{ type: 'function', function: work }];
  });
}

/** Which tools the model may or must call, and whether several at once. */
export function toAnthropicToolChoice(body: JsonObject, findings: Findings): JsonObject | undefined {
  const serial = fieldAt(body, 'parallel_tool_calls') === false ? { disable_parallel_tool_use: true } : {};
  const choice = fieldAt(body, 'tool_choice');
  const offered = listAt(body, 'tools').length > 0;
  switch (choice) {
    case undefined:
      return offered && 'disable_parallel_tool_use' in serial ? { type: 'auto', ...serial } : undefined;
    case 'none':
      return { type: 'none' };
    case 'auto':
      return { type: 'auto', ...serial };
    case 'required':
      return { type: 'any', ...serial };
  }
  const name = textAt(fieldAt(choice, 'function'), 'name');
  if (textAt(choice, 'type') === 'function' && name !== '') return { type: 'tool', name, ...serial };
  findings.refuse(
    'tool_choice',
    'Anthropic can be asked for any tool or for one by name, nothing in between',
  );
  return undefined;
}

const ANTHROPIC_CHOICE: FieldRules = {
  type: 'translated',
  name: 'translated',
  disable_parallel_tool_use: 'translated',
};

export function toChatToolChoice(choice: JsonObject | undefined, findings: Findings): JsonObject {
  if (!choice) return {};
  findings.check(choice, 'tool_choice', ANTHROPIC_CHOICE);
  const serial = fieldAt(choice, 'disable_parallel_tool_use') === true && { parallel_tool_calls: false };
  switch (textAt(choice, 'type')) {
    case 'auto':
      return { tool_choice: 'auto', ...serial };
    case 'any':
      return { tool_choice: 'required', ...serial };
    case 'none':
      return { tool_choice: 'none' };
    case 'tool':
      return { tool_choice: { type: 'function', function: { name: textAt(choice, 'name') } }, ...serial };
  }
  findings.refuse('tool_choice.type', 'Chat Completions has no such choice');
  return {};
}

/** What a tool is called with, as a value; `undefined`, and refused, where it is no object or would not come through whole. */
export function parseArguments(text: string, at: string, findings: Findings): JsonObject | undefined {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) {
    findings.refuse(at, "what a tool is called with is a JSON object in Anthropic's dialect");
    return undefined;
  }
  return checkInput(value, at, findings);
}

/** A whole number beyond 2^53 has lost digits by being read. */
export function checkInput(value: JsonObject, at: string, findings: Findings): JsonObject | undefined {
  if (isTooDeep(value)) findings.refuse(at, TOO_DEEP);
  else if (!isExact(value)) {
    findings.refuse(at, 'it holds a whole number beyond 2^53, which would lose its last digits');
  } else return value;
  return undefined;
}

function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every((one) => isExact(one));
  return !isObject(value) || Object.values(value).every((one) => isExact(one));
}

/** Rules for who called a tool: in Chat Completions it is always the model itself. */
export const CALLER_RULES: FieldRules = {
  caller: (caller) => (textAt(caller, 'type') === 'direct' ? undefined : NO_CALLERS),
  toolset_name: refused(NO_CALLERS),
};
