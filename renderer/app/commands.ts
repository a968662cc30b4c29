import { useEffect, useId } from 'react';
import { create } from 'zustand';

/** One action of the window. Everything that can be done is one, so the palette holds it all. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** `mod+k`, `?`, or two keys one after the other: `g r`. */
  readonly keys?: string;
  readonly run: () => void;
}

interface CommandState {
  readonly groups: ReadonlyMap<string, readonly Command[]>;
  put(owner: string, commands: readonly Command[]): void;
  remove(owner: string): void;
}

/** Commands are here while the component that offers them is on the screen. */
export const useCommandStore = create<CommandState>()((set) => ({
  groups: new Map(),
  put: (owner, commands) => set(({ groups }) => ({ groups: new Map(groups).set(owner, commands) })),
  remove: (owner) =>
    set(({ groups }) => {
      const rest = new Map(groups);
      rest.delete(owner);
      return { groups: rest };
    }),
}));

export function allCommands(groups: CommandState['groups']): readonly Command[] {
  return [...groups.values()].flat();
}

/** Offers commands; `commands` must be memoised. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId();
  useEffect(() => {
    useCommandStore.getState().put(owner, commands);
    return () => useCommandStore.getState().remove(owner);
  }, [owner, commands]);
}
