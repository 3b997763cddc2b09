import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';

const TerminalPanel = lazy(() => import('./terminal-panel.tsx'));

interface TerminalDockProps {
  /** Changes whenever somebody wants to type here; 0: nobody has yet. */
  readonly asked: number;
  /** A line to be run in a terminal of its own; another `id` is another wish. */
  readonly wish?: { readonly id: number; readonly line: string } | undefined;
  /** The first terminal has said something. */
  readonly onPrompt: () => void;
  readonly onClose: () => void;
}

/** Terminals at the bottom, one tab each. They live on while another one is in front. */
export function TerminalDock({ asked, wish, onPrompt, onClose }: TerminalDockProps) {
  const [tabs, setTabs] = useState<readonly number[]>([1]);
  const [front, setFront] = useState(1);
  const { terminal: words } = useMessages();
  const { greeting } = usePageMessages().terminal;
  const close = (tab: number): void => {
    const left = tabs.filter((each) => each !== tab);
    if (left.length === 0) onClose();
    setTabs(left);
    if (front === tab) setFront(left.at(-1) ?? 1);
  };
  const [lines, setLines] = useState<Readonly<Record<number, string>>>({});
  const open = (line?: string): void => {
    const next = Math.max(0, ...tabs) + 1;
    if (line !== undefined) setLines({ ...lines, [next]: line });
    setTabs([...tabs, next]);
    setFront(next);
  };
  const fulfilled = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish is fulfilled once.
  useEffect(() => {
    if (wish === undefined || fulfilled.current === wish.id) return;
    fulfilled.current = wish.id;
    open(wish.line);
  }, [wish]);
  return (
    <section className="dock" aria-label={words.label}>
      <div className="dock-bar">
        <div role="tablist" className="tabs" aria-label={words.list}>
          {tabs.map((tab) => (
            <button key={tab} type="button" role="tab" aria-selected={tab === front} onClick={() => setFront(tab)}>
              {words.shell(tab)}
            </button>
          ))}
        </div>
        <span className="dock-actions">
          <button type="button" className="quiet" onClick={() => open()} aria-label={words.open} title={words.open}>
            +
          </button>
          <button
            type="button"
            className="quiet"
            onClick={() => close(front)}
            aria-label={words.close}
            title={words.close}
          >
            ×
          </button>
        </span>
      </div>
      <Suspense fallback={<p className="hint">{words.opening}</p>}>
        {tabs.map((tab) => (
          <div key={tab} className="dock-tab" hidden={tab !== front}>
            <TerminalPanel
              asked={tab === 1 ? asked : 1}
              {...(lines[tab] !== undefined && { commands: [lines[tab]] })}
              greeting={tab === 1 ? greeting : ''}
              onPrompt={onPrompt}
              onExit={() => close(tab)}
            />
          </div>
        ))}
      </Suspense>
    </section>
  );
}
