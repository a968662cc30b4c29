import { ChevronDown } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ToggleEvent } from 'react';
import './button.css';
import { moveBy } from './grid-keys.ts';
import './menu.css';

interface MenuItem<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** One line about it. */
  readonly note: string;
}

interface MenuProps<Id extends string> {
  readonly label: string;
  readonly items: readonly MenuItem<Id>[];
  readonly onChoose: (id: Id) => void;
}

/** Pixels between the menu and its button, and between it and the edge of the window. */
const GAP = 4;
const EDGE = 8;
/** As in menu.css. */
const WIDTH = 340;

/** A button with a menu: arrow keys move, Escape and a press beside it close it, and the focus returns to the button. */
export function Menu<Id extends string>({ label, items, onChoose }: MenuProps<Id>) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return undefined;
    const close = () => menu.current?.hidePopover();
    addEventListener('resize', close);
    return () => removeEventListener('resize', close);
  }, [open]);
  const place = ({ newState }: ToggleEvent) => {
    if (newState !== 'open' || !button.current || !menu.current) return;
    const { right, bottom } = button.current.getBoundingClientRect();
    const width = Math.min(WIDTH, innerWidth - 2 * EDGE);
    const left = Math.min(Math.max(EDGE, right - width), innerWidth - EDGE - width);
    Object.assign(menu.current.style, { left: `${left}px`, top: `${bottom + GAP}px` });
  };
  const onToggle = ({ newState }: ToggleEvent) => {
    setOpen(newState === 'open');
    if (newState === 'open') focusItem(menu.current, 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Letters are no shortcuts of the page here.
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault();
      menu.current?.hidePopover();
      return;
    }
    const to = moveBy(event.key, itemsOf(menu.current).indexOf(event.target), items.length, items.length);
    if (to === undefined) return;
    event.preventDefault();
    focusItem(menu.current, to);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          menu.current?.showPopover();
        }}
      >
        {label}
        <ChevronDown size={14} aria-hidden />
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className="menu"
        onBeforeToggle={place}
        onToggle={onToggle}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className="menu-item"
            onClick={() => {
              menu.current?.hidePopover();
              onChoose(item.id);
            }}
          >
            <span className="menu-title">{item.title}</span> <span className="menu-note">{item.note}</span>
          </button>
        ))}
      </div>
    </>
  );
}

function itemsOf(menu: HTMLElement | null): readonly EventTarget[] {
  return [...(menu?.querySelectorAll('[role=menuitem]') ?? [])];
}

function focusItem(menu: HTMLElement | null, at: number): void {
  const item = itemsOf(menu)[at];
  if (item instanceof HTMLElement) item.focus();
}
