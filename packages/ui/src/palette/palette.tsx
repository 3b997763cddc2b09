import { useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { usePageMessages } from '../messages/page-messages.ts';
import { Dialog } from './dialog.tsx';

/** Something that the palette offers. */
export interface PaletteEntry {
  readonly label: string;
  /** What kind of thing it is, or the keys that do it. */
  readonly note: string;
  run(): void;
}

const SHOWN = 12;

/** Everything by name: commands first, then objects. */
export function Palette({
  entries,
  onClose,
}: {
  readonly entries: readonly PaletteEntry[];
  readonly onClose: () => void;
}) {
  const { palette: words } = usePageMessages();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => matching(entries, text), [entries, text]);
  const take = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    // The window gives the keys back to where they were as it closes; what is run may take them somewhere else,
    // and the next key, however soon, is meant for there.
    flushSync(onClose);
    entry.run();
  };
  return (
    <Dialog label={words.label} onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label={words.placeholder}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length === 0 ? undefined : `palette-${at}`}
        placeholder={words.placeholder}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
          else if (event.key === 'Enter') take(found[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div id="palette-list" role="listbox" aria-label={words.found} className="palette-list">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a combobox stay in its text field.
          <div
            key={`${entry.note} ${entry.label}`}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => take(entry)}
          >
            <span>{entry.label}</span>
            <span className="count">{entry.note}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="hint">{words.nothing}</p>}
    </Dialog>
  );
}

/** Entries that have every word somewhere; those that are called just that come first. */
export function matching(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const ranks: PaletteEntry[][] = [[], [], []];
  for (const entry of entries) {
    const label = entry.label.toLowerCase();
    const name = `${entry.note} ${label}`.toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    const own = label.slice(label.lastIndexOf('/') + 1);
    const isNamed = words.some((word) => own === word || label === word);
    const rank = words.length === 0 || isNamed ? 0 : words.some((word) => own.startsWith(word)) ? 1 : 2;
    ranks[rank]?.push(entry);
  }
  return ranks.flat().slice(0, SHOWN);
}
