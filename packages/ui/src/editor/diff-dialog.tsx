import { lazy, Suspense } from 'react';
import { Dialog } from '../palette/dialog.tsx';
import type { LiveDiff } from './live-diff.ts';

const DiffView = lazy(() => import('./diff-view.tsx'));

/** What applying would change: the cluster at the left, after applying at the right. */
export function DiffDialog({ diff, onClose }: { readonly diff: LiveDiff; readonly onClose: () => void }) {
  const { before, after, refused } = diff;
  const isSame = before === after;
  return (
    <Dialog label="Diff" onClose={onClose} isWide={!isSame}>
      <header className="dialog-head">
        <h2>{isSame ? 'Nothing would change' : 'In the cluster → after applying'}</h2>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close">
          ×
        </button>
      </header>
      {refused.map((message) => (
        <p key={message} className="problem">
          {message}
        </p>
      ))}
      {!isSame && (
        <Suspense fallback={<p className="hint">The two are compared.</p>}>
          <DiffView before={before} after={after} />
        </Suspense>
      )}
    </Dialog>
  );
}
