import { ApiError } from '../../api/client.ts';
import { StartFailure } from '../start-failure.ts';

/** What a command could not do, in words for its user; `exitCode` is the process's. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Failures that are expected are shown by their words alone; a bug keeps its stack. */
export function describeFailure(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof CommandFailure) return error;
  if (error instanceof StartFailure || error instanceof ApiError)
    return { message: error.message, exitCode: 1 };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}
