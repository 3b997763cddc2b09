import { useMessages } from '../messages/messages.ts';
import { type PageMessages, usePageMessages } from '../messages/page-messages.ts';
import { Dialog } from './dialog.tsx';

/** Keys of the page, by what the catalogue calls them. Empty: a key that has a name of its own in each language. */
const KEYS: readonly (readonly [string, keyof PageMessages['help']['keys']])[] = [
  ['Ctrl-Enter', 'apply'],
  ['Ctrl-K', 'palette'],
  ['Ctrl-`', 'terminal'],
  ['Ctrl-1 … 5', 'panels'],
  ['/', 'filter'],
  ['', 'pause'],
  ['.', 'next'],
  ['[ ]', 'speed'],
  ['?', 'help'],
];

/** Keys of an object that is shown. */
const TABLE_KEYS: readonly (readonly [string, keyof PageMessages['help']['tableKeys']])[] = [
  ['Enter', 'enter'],
  ['d', 'describe'],
  ['l', 'logs'],
  ['s', 'shell'],
  ['e', 'edit'],
  ['y', 'yaml'],
  ['Ctrl-D', 'delete'],
  ['Ctrl-K', 'kill'],
  ['j k', 'move'],
  [':', 'kind'],
  ['0 … 9', 'namespace'],
  ['Shift-A', 'sort'],
  ['w', 'wide'],
];

/** The keys, and five steps for who is here for the first time. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const { help: words } = usePageMessages();
  const { close } = useMessages();
  return (
    <Dialog label={words.label} onClose={onClose}>
      <h2>{words.stepsTitle}</h2>
      <ol className="steps">
        {words.steps.map((step) => (
          <li key={step}>
            {step.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>))}
          </li>
        ))}
      </ol>
      <h2>{words.keysTitle}</h2>
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={meaning}>
            <dt>{key === '' ? words.space : key}</dt>
            <dd>{words.keys[meaning]}</dd>
          </div>
        ))}
      </dl>
      <h2>{words.tableTitle}</h2>
      <dl className="keys">
        {TABLE_KEYS.map(([key, meaning]) => (
          <div key={meaning}>
            <dt>{key}</dt>
            <dd>{words.tableKeys[meaning]}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="primary" onClick={onClose}>
        {close}
      </button>
    </Dialog>
  );
}
