import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { z } from 'zod';
import { fail, ok, type Result } from '../../base/result.ts';
import { writePrivately } from '../data-dir.ts';
import { StartFailure } from '../start-failure.ts';
import {
  PLAIN_BOX,
  type SecretBox,
  type SecretInfo,
  type SecretProblem,
  type SecretStore,
  type StoredSecret,
} from './secret-store.ts';

const entrySchema = z.strictObject({
  sealed: z.enum(['plain', 'os']),
  value: z.string(),
  origin: z.string().exactOptional(),
  setAt: z.string(),
});
const fileSchema = z.strictObject({
  version: z.literal(1),
  secrets: z.record(z.string(), entrySchema),
});
type Entry = z.output<typeof entrySchema>;

/**
 * Secrets in one file that nobody else can read; sealed by `box`, or, where the operating system seals them, by the desktop
 * application alone. Throws `StartFailure` where the file is open to others, or is not one of ours.
 */
export class FileSecretStore implements SecretStore {
  private readonly file: string;
  private readonly boxFor: () => Promise<SecretBox>;

  /** `boxFor` is asked when something is to be sealed or opened, and not before. */
  constructor(file: string, boxFor: () => Promise<SecretBox> = () => Promise.resolve(PLAIN_BOX)) {
    this.file = file;
    this.boxFor = boxFor;
  }

  list(): readonly SecretInfo[] {
    return [...this.entries()].map(([name, { value: _value, ...info }]) => ({ name, ...info }));
  }

  async read(name: string): Promise<Result<StoredSecret | undefined, SecretProblem>> {
    const entry = this.entries().get(name);
    if (!entry) return ok(undefined);
    const { sealed, origin } = entry;
    const value = await this.open(entry);
    if (value === undefined) {
      return fail(
        sealed === 'os'
          ? `The stored key "${name}" is sealed by this system for the desktop application; open that, or store it again: signalbox secrets set ${name}`
          : `The stored key "${name}" cannot be read; store it again: signalbox secrets set ${name}`,
      );
    }
    return ok({ value, ...(origin !== undefined && { origin }) });
  }

  async set(name: string, value: string, origin?: string): Promise<void> {
    const box = await this.boxFor();
    const entry: Entry = {
      sealed: box.kind,
      value: await box.seal(value),
      ...(origin !== undefined && { origin }),
      setAt: new Date().toISOString(),
    };
    this.write(this.entries().set(name, entry));
  }

  bind(name: string, origin: string): void {
    const entries = this.entries();
    const entry = entries.get(name);
    if (entry) this.write(entries.set(name, { ...entry, origin }));
  }

  remove(name: string): boolean {
    const entries = this.entries();
    const removed = entries.delete(name);
    if (removed) this.write(entries);
    return removed;
  }

  /** Seals what was stored without a seal. */
  async sealAll(): Promise<void> {
    const box = await this.boxFor();
    const entries = this.entries();
    for (const [name, entry] of entries) {
      if (entry.sealed === box.kind || entry.sealed !== 'plain') continue;
      entries.set(name, { ...entry, sealed: box.kind, value: await box.seal(entry.value) });
    }
    this.write(entries);
  }

  private async open({ sealed, value }: Entry): Promise<string | undefined> {
    if (sealed === 'plain') return value;
    const box = await this.boxFor();
    if (sealed !== box.kind) return undefined;
    try {
      return await box.open(value);
    } catch {
      // Another user's, or the system has lost its own key: what is left is to store it again.
      return undefined;
    }
  }

  private entries(): Map<string, Entry> {
    if (!existsSync(this.file)) return new Map();
    refuseOpenFile(this.file);
    try {
      return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(this.file, 'utf8'))).secrets));
    } catch {
      // What the parser says may quote the file.
      const message = `The stored keys in ${this.file} cannot be read: the file is damaged, or of a newer version. Move it away, and store them again with signalbox secrets set NAME.`;
      throw new StartFailure('secrets_unreadable', message);
    }
  }

  private write(entries: ReadonlyMap<string, Entry>): void {
    const text = JSON.stringify({ version: 1, secrets: Object.fromEntries(entries) }, undefined, 2);
    writePrivately(`${this.file}.new`, `${text}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
}

function refuseOpenFile(file: string): void {
  // Windows has rights of another kind, which the folder of the user's own data has.
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  const message = `The stored keys in ${file} can be read by others on this machine. Consider them known, and keep the file to yourself: chmod 600 ${file}`;
  throw new StartFailure('secrets_open', message);
}
