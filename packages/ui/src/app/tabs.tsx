import type { KeyboardEvent } from 'react';

/** Tabs as screen readers and keyboards know them: one stop of Tab, arrows move, Home and End go to the ends. */
export function Tabs<Name extends string>({
  label,
  names,
  titles,
  front,
  onFront,
  className = 'tabs',
}: {
  readonly label: string;
  readonly names: readonly Name[];
  readonly titles: Readonly<Record<Name, string>>;
  readonly front: Name;
  readonly onFront: (name: Name) => void;
  readonly className?: string;
}) {
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const at = names.indexOf(front);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + names.length) % names.length;
    const name = names[next];
    if (name === undefined) return;
    onFront(name);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div role="tablist" tabIndex={-1} aria-label={label} className={className} onKeyDown={move}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          tabIndex={name === front ? 0 : -1}
          aria-selected={name === front}
          onClick={() => onFront(name)}
        >
          {titles[name]}
        </button>
      ))}
    </div>
  );
}
