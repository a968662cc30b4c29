import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../widgets/dialog.tsx';
import { moveBy } from '../widgets/grid-keys.ts';
import { Keys } from '../widgets/keys.tsx';
import { allCommands, useCommandStore, type Command } from './commands.ts';
import { searchCommands } from './search-commands.ts';
import './command-palette.css';

export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const base = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const groups = useCommandStore((store) => store.groups);
  const found = searchCommands(allCommands(groups), query);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') return run(found[active]);
    // Letters are typed here, and Home and End move in the text.
    const to = event.key.startsWith('Arrow') ? moveBy(event.key, active, found.length, 8) : undefined;
    if (to === undefined) return;
    event.preventDefault();
    setActive(to);
    document.getElementById(`${base}-${to}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog label={t('palette.title')} className="palette" onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-label={t('palette.title')}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={`${base}-list`}
        aria-activedescendant={found.length > 0 ? `${base}-${active}` : undefined}
        className="palette-input"
        placeholder={t('palette.placeholder')}
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${base}-list`} role="listbox" aria-label={t('palette.title')} className="palette-list">
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${base}-${index}`}
            role="option"
            aria-selected={index === active}
            className="palette-item"
            onPointerMove={() => setActive(index)}
            onClick={() => run(command)}
          >
            <span className="dim">{command.group}</span>
            <span className="ellipsis">{command.title}</span>
            {command.keys && <Keys keys={command.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="palette-none dim">{t('palette.none')}</p>}
    </Dialog>
  );
}
