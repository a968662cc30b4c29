import type { SecretDetector } from '../detection/detector.ts';
import { masksFor, type Mask, type Secret } from './masks.ts';

/** Shorter values are no secrets that anybody relies on, and replacing them would garble ordinary text. */
const SHORTEST_SECRET = 12;

/** Credentials of clients that are remembered, the newest: whoever invents them does not fill the memory. */
const MOST_OF_CLIENTS = 256;

/** What secrets are looked for: exact values that were seen, and whatever a rule recognises. */
export class SecretSearch {
  private readonly detector: SecretDetector;
  private readonly values = new Set<string>();
  /** In the order in which they came last, each with how JSON writes it. */
  private readonly ofClients = new Map<string, string>();
  private newest: string | undefined;

  constructor(detector: SecretDetector) {
    this.detector = detector;
  }

  /** Remembers an exact value, and how JSON writes it; false where it is known, or too short to be looked for. */
  learn(value: string): boolean {
    if (value.length < SHORTEST_SECRET || this.values.has(value)) return false;
    this.values.add(value);
    this.values.add(written(value));
    return true;
  }

  /** The same for what a client sends with its calls; it is forgotten when many others have come since. */
  learnOfClient(value: string): boolean {
    // Mostly it is the one that came before.
    if (value.length < SHORTEST_SECRET || value === this.newest) return false;
    this.newest = value;
    const known = this.ofClients.get(value);
    this.ofClients.delete(value);
    this.ofClients.set(value, known ?? written(value));
    if (this.ofClients.size > MOST_OF_CLIENTS) this.ofClients.delete(this.ofClients.keys().next().value!);
    return known === undefined;
  }

  /** Looks where something may be; what is there is only looked at when its masks are asked for. */
  in(text: string): FoundPlaces {
    const hits = this.detector.scan(text);
    const values = this.valuesIn(text);
    return {
      isEmpty: hits.length === 0 && values.length === 0,
      begins: () => beginsOf(hits, values),
      masks: (isWanted) => {
        const wanted = isWanted ? hitsWhere(hits, isWanted) : hits;
        return masksFor(text, [...values, ...this.detector.confirm(text, wanted, hits)]);
      },
    };
  }

  private valuesIn(text: string): readonly Secret[] {
    const found: Secret[] = [];
    const find = (value: string) => {
      for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
        found.push({ start: at, end: at + value.length });
      }
    };
    for (const value of this.values) find(value);
    for (const [value, json] of this.ofClients) {
      find(value);
      if (json !== value) find(json);
    }
    return found;
  }
}

/** How JSON writes it. */
function written(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

export interface FoundPlaces {
  /** There is nothing that could be a secret. */
  readonly isEmpty: boolean;
  /** Where something begins that could be one, in order. */
  begins(): readonly number[];
  /** Of secrets that begin where it is wanted; exact values are masked wherever they are. */
  masks(isWanted?: (place: number) => boolean): readonly Mask[];
}

function beginsOf(hits: readonly number[], values: readonly Secret[]): readonly number[] {
  const begins = values.map(({ start }) => start);
  for (let index = 1; index < hits.length; index += 2) begins.push(hits[index]!);
  return begins.toSorted((a, b) => a - b);
}

function hitsWhere(hits: readonly number[], isWanted: (place: number) => boolean): readonly number[] {
  const wanted: number[] = [];
  for (let index = 0; index < hits.length; index += 2) {
    if (isWanted(hits[index + 1]!)) wanted.push(hits[index]!, hits[index + 1]!);
  }
  return wanted;
}
