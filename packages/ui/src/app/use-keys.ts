import { useEffect, useRef } from 'react';

/** What keys do, by their name; those with Ctrl or ⌘ held are called `Ctrl+k`. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** Keys of the page: single keys do nothing while somebody types, nor while a window is open. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      const isHeld = event.ctrlKey || event.metaKey;
      const action = current.current[isHeld ? `Ctrl+${event.key}` : event.key];
      if (action === undefined || event.altKey || document.querySelector('dialog[open]') !== null) return;
      if (!isHeld && takesKey(event.target, event.key)) return;
      if (isHeld && hasOwn(event.target, `Ctrl+${event.key}`)) return;
      event.preventDefault();
      action();
    };
    // Before the editor and the terminal see them.
    addEventListener('keydown', listener, { capture: true });
    return () => removeEventListener('keydown', listener, { capture: true });
  }, []);
}

/** True inside of what says in `data-own-keys` that it does something else with these keys. */
const hasOwn = (target: EventTarget | null, key: string): boolean =>
  target instanceof HTMLElement &&
  target.closest<HTMLElement>('[data-own-keys]')?.dataset['ownKeys']?.split(' ').includes(key) === true;

/** True of what does something of its own with a key. */
function takesKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('input, textarea, select, .monaco, .terminal') !== null) return true;
  return key === ' ' && target.closest('button, a') !== null;
}
