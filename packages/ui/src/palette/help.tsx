import { Dialog } from './dialog.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl-Enter', 'apply the file'],
  ['Ctrl-K', 'command palette'],
  ['Ctrl-`', 'terminal'],
  ['/', 'filter'],
  ['Space', 'pause and resume'],
  ['.', 'next event, while paused'],
  ['[ ]', 'slower, faster'],
  ['?', 'this help'],
];

const STEPS = [
  'Press Apply. A Deployment makes a ReplicaSet, which makes three Pods; the scheduler gives each a node.',
  'Click a Pod, and open Why: who wrote what, from your file to the Pod as it is.',
  'Delete it. The ReplicaSet sees that one is missing and makes another.',
  'Click the name of a node and stop its kubelet. Forty seconds later it is NotReady, after five minutes its Pods are replaced: use the speed at the top.',
  'Open the terminal and type kubectl get pods -o wide.',
] as const;

/** The keys, and five steps for who is here for the first time. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Help" onClose={onClose}>
      <h2>Five steps</h2>
      <ol className="steps">
        {STEPS.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <h2>Keys</h2>
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="primary" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
