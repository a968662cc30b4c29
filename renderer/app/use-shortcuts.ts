import { useEffect } from 'react';
import { allCommands, useCommandStore } from './commands.ts';
import { matchPress } from './keys.ts';

/** How long the first of two keys waits for the second. */
const SEQUENCE_MILLIS = 1000;

/** Runs the commands on the screen by their keys; silent while something is typed or a dialog is open. */
export function useShortcuts(): void {
  useEffect(() => {
    let begun = '';
    let begunAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const typing =
        event.target instanceof Element && event.target.matches('input:not([type=range]), textarea, select');
      if (typing && !event.ctrlKey && !event.metaKey) return;
      if (event.timeStamp - begunAt > SEQUENCE_MILLIS) begun = '';
      const commands = allCommands(useCommandStore.getState().groups);
      const match = matchPress(
        commands.flatMap(({ keys }) => keys ?? []),
        begun,
        event,
      );
      begun = match.kind === 'begun' ? match.keys : '';
      begunAt = event.timeStamp;
      if (match.kind !== 'command') return;
      event.preventDefault();
      commands.find(({ keys }) => keys === match.keys)?.run();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
