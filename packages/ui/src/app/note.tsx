import { useEffect } from 'react';
import { useMessages } from '../messages/messages.ts';

/** What has just been done, or could not be, in a sentence. */
export interface Told {
  readonly text: string;
  /** It did not go as asked: told until somebody closes it. */
  readonly isFailure: boolean;
}

export const NOTHING_TOLD: Told = { text: '', isFailure: false };

/** How long something is told that nobody has to act on, in milliseconds. */
const TOLD_MS = 8_000;

export function Note({ told, onGone }: { readonly told: Told; readonly onGone: () => void }) {
  const { close } = useMessages();
  const { text } = told;
  // What is told again is told as long again.
  useEffect(() => {
    if (told.isFailure || told.text === '') return;
    const timer = setTimeout(onGone, TOLD_MS);
    return () => clearTimeout(timer);
  }, [told, onGone]);
  return (
    <div className="note">
      <p role="status">{text}</p>
      {text !== '' && (
        <button type="button" className="quiet" aria-label={close} onClick={onGone}>
          ×
        </button>
      )}
    </div>
  );
}
