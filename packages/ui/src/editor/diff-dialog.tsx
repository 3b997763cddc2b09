import { lazy, Suspense } from 'react';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { Dialog } from '../palette/dialog.tsx';
import type { LiveDiff } from './live-diff.ts';
import { loadMonacoLanguage } from './monaco-language.ts';

const DiffView = lazy(async () => {
  await loadMonacoLanguage();
  return import('./diff-view.tsx');
});

/** What applying would change: the cluster at the left, after applying at the right. */
export function DiffDialog({ diff, onClose }: { readonly diff: LiveDiff; readonly onClose: () => void }) {
  const { before, after, refused } = diff;
  const isSame = before === after;
  const { editor: words } = usePageMessages();
  const { close } = useMessages();
  return (
    <Dialog label={words.diffLabel} onClose={onClose} isWide={!isSame}>
      <header className="dialog-head">
        <h2>{isSame ? words.nothingChanges : words.beforeAndAfter}</h2>
        <button type="button" className="quiet" onClick={onClose} aria-label={close}>
          ×
        </button>
      </header>
      {refused.map((message) => (
        <p key={message} className="problem">
          {message}
        </p>
      ))}
      {!isSame && (
        <Suspense fallback={<p className="hint">{words.comparing}</p>}>
          <DiffView before={before} after={after} />
        </Suspense>
      )}
    </Dialog>
  );
}
