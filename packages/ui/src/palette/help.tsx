import { useMessages } from '../messages/messages.ts';
import { type PageMessages, usePageMessages } from '../messages/page-messages.ts';
import { Dialog } from './dialog.tsx';

/** Keys of the page, by what the catalogue calls them. Empty: a key that has a name of its own in each language. */
const KEYS: readonly (readonly [string, keyof PageMessages['help']['keys']])[] = [
  ['Ctrl-Enter', 'apply'],
  ['Ctrl-K', 'palette'],
  ['Ctrl-`', 'terminal'],
  ['/', 'filter'],
  ['', 'pause'],
  ['.', 'next'],
  ['[ ]', 'speed'],
  ['?', 'help'],
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
          <li key={step}>{step}</li>
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
      <button type="button" className="primary" onClick={onClose}>
        {close}
      </button>
    </Dialog>
  );
}
