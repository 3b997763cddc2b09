import type { PageFile } from '@tabernetes/worker/connect';
import { useEffect, useRef, useState } from 'react';
import { isFileName } from '../files/sandbox.ts';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';

interface FileTabsProps {
  readonly files: readonly PageFile[];
  readonly open: string;
  readonly onOpen: (name: string) => void;
  readonly onCreate: () => void;
  readonly onRename: (from: string, to: string) => void;
  readonly onRemove: (name: string) => void;
}

/** One tab per file. Enter or F2 on the open one renames it, Delete removes it. */
export function FileTabs({ files, open, onOpen, onCreate, onRename, onRemove }: FileTabsProps) {
  const [renamed, setRenamed] = useState<string>();
  const front = useRef<HTMLButtonElement>(null);
  // Of many files the open one is seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file is another tab in front.
  useEffect(() => {
    front.current?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [open, files.length]);
  const { apply, editor: words } = { ...useMessages(), ...usePageMessages() };
  const rename = (to: string): void => {
    const isFree = files.every(({ name }) => name !== to);
    if (renamed !== undefined && isFileName(to) && isFree) onRename(renamed, to);
    setRenamed(undefined);
  };
  return (
    <div className="file-tabs">
      <div role="tablist" aria-label={apply.files} className="tabs">
        {files.map(({ name }) =>
          name === renamed ? (
            <input
              key={name}
              className="rename"
              aria-label={words.newName(name)}
              defaultValue={name}
              // biome-ignore lint/a11y/noAutofocus: whoever asked for a new name wants to type it.
              autoFocus
              onBlur={({ target }) => rename(target.value.trim())}
              onKeyDown={({ key, currentTarget }) => {
                if (key === 'Enter') rename(currentTarget.value.trim());
                if (key === 'Escape') setRenamed(undefined);
              }}
            />
          ) : (
            <button
              key={name}
              ref={name === open ? front : undefined}
              type="button"
              role="tab"
              aria-selected={name === open}
              title={name === open ? words.tabKeys : name}
              onClick={() => onOpen(name)}
              onDoubleClick={() => setRenamed(name)}
              onKeyDown={({ key }) => {
                if (key === 'F2') setRenamed(name);
                if (key === 'Delete' && files.length > 1) onRemove(name);
              }}
            >
              {name}
            </button>
          ),
        )}
      </div>
      <button type="button" className="quiet" aria-label={words.newFile} title={words.newFile} onClick={onCreate}>
        +
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={words.remove(open)}
        title={words.remove(open)}
        disabled={files.length < 2}
        onClick={() => onRemove(open)}
      >
        −
      </button>
    </div>
  );
}
