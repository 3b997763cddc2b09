import type { PageFile } from '@tabernetes/worker/connect';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { ko } from '../messages/examples/ko.ts';
import { useLanguage } from '../messages/language.tsx';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { Dialog } from '../palette/dialog.tsx';
import { type Example, matchingExamples } from './example.ts';
import { LIBRARY, toldIn } from './library.ts';
import { TOPICS } from './topics.ts';

/** Our own examples: searched, looked at, put into the file that is open or into one of their own. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function ExamplesDialog({
  onClose,
  onInsert,
  onOpen,
}: {
  readonly onClose: () => void;
  readonly onInsert: (text: string) => void;
  readonly onOpen: (file: PageFile) => void;
}) {
  const { examples: said } = usePageMessages();
  const { close } = useMessages();
  const other = useLanguage().language === 'ko' ? ko : undefined;
  const library = useMemo(() => (other === undefined ? LIBRARY : toldIn(other)), [other]);
  const [words, setWords] = useState('');
  const [name, setName] = useState(LIBRARY[0]?.name);
  const found = useMemo(() => matchingExamples(library, words), [library, words]);
  const shown = found.find((each) => each.name === name) ?? found[0];
  const open = (example: Example | undefined): void => {
    if (example === undefined) return;
    onClose();
    onOpen({ name: example.name, text: example.text });
  };
  const insert = (): void => {
    if (shown === undefined) return;
    onClose();
    onInsert(shown.text);
  };
  const move = (by: number): void => {
    const at = shown === undefined ? -1 : found.indexOf(shown);
    setName(found[Math.min(Math.max(at + by, 0), found.length - 1)]?.name);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) insert();
    else if (event.key === 'Enter') open(shown);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label={said.label} onClose={onClose} isWide>
      <div className="examples">
        <div className="examples-list">
          <input
            type="text"
            role="combobox"
            aria-label={said.searchLabel}
            aria-expanded="true"
            aria-controls="examples-found"
            aria-activedescendant={shown === undefined ? undefined : `example-${shown.name}`}
            placeholder={said.search(LIBRARY.length)}
            value={words}
            onChange={({ target }) => setWords(target.value)}
            onKeyDown={keys}
          />
          <div id="examples-found" className="examples-found" role="listbox" aria-label={said.label}>
            {TOPICS.map((topic) => {
              const of = found.filter((each) => each.topic === topic);
              if (of.length === 0) return null;
              return (
                // biome-ignore lint/a11y/useSemanticElements: groups of options have no element of their own here.
                <div key={topic} role="group" aria-label={other?.topics[topic] ?? topic}>
                  <p className="topic" aria-hidden="true">
                    {other?.topics[topic] ?? topic}
                  </p>
                  {of.map((each) => (
                    <Option
                      key={each.name}
                      example={each}
                      isShown={each === shown}
                      onShow={() => setName(each.name)}
                      onOpen={() => open(each)}
                    />
                  ))}
                </div>
              );
            })}
            {found.length === 0 && <p className="hint">{said.nothing}</p>}
          </div>
        </div>
        {shown !== undefined && (
          <section className="example" aria-label={shown.title}>
            <h2>{shown.title}</h2>
            <p>{shown.tells}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
            <pre tabIndex={0}>{shown.text}</pre>
            <div className="example-actions">
              <button type="button" className="primary" onClick={() => open(shown)}>
                {said.openAs(shown.name)} <kbd>⏎</kbd>
              </button>
              <button type="button" className="action" onClick={insert}>
                {said.insert} <kbd>⌃⏎</kbd>
              </button>
              <button type="button" className="action" onClick={onClose}>
                {close}
              </button>
            </div>
          </section>
        )}
      </div>
    </Dialog>
  );
}

function Option({
  example,
  isShown,
  onShow,
  onOpen,
}: {
  readonly example: Example;
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly onOpen: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a combobox stay in its text field.
    <div
      id={`example-${example.name}`}
      role="option"
      tabIndex={-1}
      aria-selected={isShown}
      ref={(element) => {
        if (isShown) element?.scrollIntoView({ block: 'nearest' });
      }}
      onClick={onShow}
      onDoubleClick={onOpen}
    >
      {example.title}
    </div>
  );
}
