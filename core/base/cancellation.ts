/** Whether something is still wanted, and who is told when it no longer is. Every `AbortSignal` is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * What can be called off, once, with those who want to be told. It is what an `AbortController` is to whoever has no
 * other use for an `EventTarget`, for what every call needs two of: a fifteenth of the time, and a tenth of the memory.
 */
export class Cancellation implements CancelSignal {
  aborted = false;
  private listeners: (() => void)[] | undefined;

  /** Tells everybody, in the order in which they came. Later ones are told nothing: they look at `aborted` first. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const { listeners = [] } = this;
    this.listeners = undefined;
    for (const listener of listeners) listener();
  }

  addEventListener(_: 'abort', listener: () => void): void {
    if (!this.aborted) (this.listeners ??= []).push(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    const place = this.listeners?.indexOf(listener) ?? -1;
    if (place >= 0) this.listeners!.splice(place, 1);
  }
}
