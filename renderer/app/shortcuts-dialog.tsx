import { useTranslation } from 'react-i18next';
import { Dialog } from '../widgets/dialog.tsx';
import { Keys } from '../widgets/keys.tsx';
import { allCommands, useCommandStore } from './commands.ts';
import './shortcuts-dialog.css';

/** Every shortcut that works at this moment, and the keys of lists, which are no commands. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const groups = useCommandStore((store) => store.groups);
  const commands = allCommands(groups).filter(({ keys }) => keys !== undefined);
  const titles = [...new Set(commands.map(({ group }) => group))];
  const inLists = [
    [t('shortcuts.move'), 'J K'],
    [t('shortcuts.open'), 'Enter'],
    [t('shortcuts.fold'), '← →'],
    [t('shortcuts.close'), 'Escape'],
  ] as const;
  return (
    <Dialog label={t('shortcuts.title')} className="shortcuts" onClose={onClose}>
      <h2>{t('shortcuts.title')}</h2>
      <div className="shortcuts-groups">
        {titles.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group)
                .map(({ id, title, keys }) => (
                  <div key={id}>
                    <dt>{title}</dt>
                    <dd>{keys && <Keys keys={keys} />}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t('shortcuts.lists')}</h3>
          <dl>
            {inLists.map(([title, keys]) => (
              <div key={keys}>
                <dt>{title}</dt>
                <dd>
                  <Keys keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {t('shortcuts.done')}
        </button>
      </div>
    </Dialog>
  );
}
