import type { EventEmitter } from 'node:events';

/** Emits an event that a listener may prevent; answers whether one did. */
export function emitPreventable(emitter: EventEmitter, name: string, details: object = {}): boolean {
  let prevented = false;
  const preventDefault = () => {
    prevented = true;
  };
  emitter.emit(name, { ...details, preventDefault });
  return prevented;
}
