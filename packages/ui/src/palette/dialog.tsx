import { type ReactNode, useLayoutEffect, useRef } from 'react';

/** A window over the page. Escape, a click beside it and the end of what it asks close it; focus returns to where it was. */
export function Dialog({
  label,
  onClose,
  isWide = false,
  children,
}: {
  readonly label: string;
  /** Takes most of the page. */
  readonly isWide?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  // Before it leaves the page: only a window that is there gives the keys back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // The first thing that takes keys may stand at the end.
    dialog?.scrollTo(0, 0);
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key, and dialogs handle it themselves.
    <dialog
      ref={element}
      className={isWide ? 'dialog wide' : 'dialog'}
      aria-label={label}
      onCancel={onClose}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) onClose();
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
