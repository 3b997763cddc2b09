import type { KubeObject } from '@tabernetes/apimachinery';
import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { errorText } from '../model/error-text.ts';
import { useCluster } from '../world/hooks.ts';
import { type ObjectAction, objectActions } from './object-actions.ts';

/** What can be done to an object, where the pointer is. Escape and a click elsewhere close it. */
export function ObjectMenu({
  object,
  x,
  y,
  more = [],
  onClose,
}: {
  readonly object: KubeObject;
  /** What can be done beside what can always be. */
  readonly more?: readonly ObjectAction[];
  /** Pixels from the top left of the window. */
  readonly x: number;
  readonly y: number;
  readonly onClose: () => void;
}) {
  const cluster = useCluster();
  const { actions: words } = useMessages();
  const menu = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState('');
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const element = menu.current;
    element?.querySelector('button')?.focus();
    const away = (event: Event): void => {
      if (element !== null && !event.composedPath().includes(element)) close.current();
    };
    addEventListener('pointerdown', away, { capture: true });
    return () => removeEventListener('pointerdown', away, { capture: true });
  }, []);
  const move = (by: number): void => {
    const items = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = items.findIndex((item) => item.matches(':focus'));
    items[(at + by + items.length) % items.length]?.focus();
  };
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      className="object-menu"
      aria-label={`${object.kind} ${object.metadata.name ?? ''}`}
      style={{
        left: Math.min(x, innerWidth - 190),
        top: Math.max(8, Math.min(y, innerHeight - 90 - 30 * more.length)),
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else return;
        event.preventDefault();
      }}
    >
      {[...objectActions(cluster, object, words), ...more].map(({ label, isDangerous, run }) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          className={isDangerous === true ? 'danger' : ''}
          onClick={() => {
            run().then(onClose, (error: unknown) => setProblem(errorText(error)));
          }}
        >
          {label}
        </button>
      ))}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
