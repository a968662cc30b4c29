import { parseJson, type JsonValue } from '../../base/json.ts';
import type { Attribute } from './any-value.ts';

/** Of a text that is read for what it means; the whole of it stays among the attributes. Characters. */
const LONGEST_TEXT = 500;

/**
 * Reads attributes by name and remembers which of several said it. What is taken (a content, as a rule) is recorded
 * elsewhere, and so no longer among the attributes; what is only read stays there.
 */
export class AttributeReader {
  readonly attributes: readonly Attribute[];
  private readonly values = new Map<string, JsonValue>();
  private readonly taken = new Set<string>();
  private readonly noted = new Map<string, string>();

  constructor(attributes: readonly Attribute[]) {
    this.attributes = attributes;
    for (const [key, value] of attributes) if (!this.values.has(key)) this.values.set(key, value);
  }

  /** By the names of the members: the attributes that they were read from. */
  get sources(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.noted);
  }

  peek(name: string): JsonValue | undefined {
    return this.values.get(name);
  }

  has(name: string): boolean {
    const value = this.values.get(name);
    return value !== undefined && value !== null && value !== '';
  }

  note<Value>(member: string, name: string, value: Value): Value {
    this.noted.set(member, name);
    return value;
  }

  take(member: string, name: string): JsonValue | undefined {
    this.taken.add(name);
    return this.note(member, name, this.values.get(name));
  }

  /** Those of the list that were not taken; of a key that comes twice only the first is read, and so taken. */
  untaken(attributes: readonly Attribute[]): readonly Attribute[] {
    return attributes.filter(([key, value]) => !(this.taken.has(key) && this.values.get(key) === value));
  }

  /** The first text of these names, as the member of an object; of a list its first. */
  text<Member extends string>(
    member: Member,
    names: readonly string[],
    under = '',
  ): { readonly [Name in Member]?: string } {
    for (const name of names) {
      const text = textOf(this.values.get(name))?.slice(0, LONGEST_TEXT);
      if (text !== undefined) return only(member, this.note(under + member, name, text));
    }
    return {};
  }

  /** The first finite number, also where it is written as a text. */
  number<Member extends string>(
    member: Member,
    names: readonly string[],
    under = '',
  ): { readonly [Name in Member]?: number } {
    return this.figure(member, names, under, (value) => value >= 0);
  }

  /** The first whole number that is not negative. */
  count<Member extends string>(
    member: Member,
    names: readonly string[],
    under = '',
  ): { readonly [Name in Member]?: number } {
    return this.figure(member, names, under, (value) => value >= 0 && Number.isSafeInteger(value));
  }

  private figure<Member extends string>(
    member: Member,
    names: readonly string[],
    under: string,
    fits: (value: number) => boolean,
  ): { readonly [Name in Member]?: number } {
    for (const name of names) {
      const given = this.values.get(name);
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof value === 'number' && Number.isFinite(value) && fits(value)) {
        return only(member, this.note(under + member, name, value));
      }
    }
    return {};
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (Array.isArray(value)) return textOf((value as readonly JsonValue[])[0]);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  // A list whose exporter knew only texts.
  const list = value.startsWith('[') ? parseJson(value) : undefined;
  return Array.isArray(list) ? textOf(list as JsonValue) : value;
}

function only<Member extends string, Value>(
  member: Member,
  value: Value,
): { readonly [Name in Member]?: Value } {
  return { [member]: value } as { readonly [Name in Member]?: Value };
}
