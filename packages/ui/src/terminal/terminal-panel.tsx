import type { TerminalReply, TerminalRequest } from '@tabernetes/worker/connect';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { useCluster } from '../world/hooks.ts';

/** A terminal at the cluster's workstation, which types `commands` at first. Loaded lazily. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function TerminalPanel({ commands }: { readonly commands?: readonly string[] }) {
  const { openTerminal } = useCluster();
  const place = useRef<HTMLDivElement>(null);
  const typed = useRef(commands);
  useEffect(() => {
    if (place.current === null) return undefined;
    const css = getComputedStyle(place.current);
    const terminal = new Terminal({
      fontFamily: css.fontFamily,
      fontSize: 13,
      cursorBlink: true,
      convertEol: false,
      scrollback: 5_000,
      screenReaderMode: true,
      // Computed colours: what the tokens mean on this page, light or dark.
      theme: { background: css.backgroundColor, foreground: css.color, cursor: css.caretColor },
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place.current);
    const port = openTerminal();
    const send = (request: TerminalRequest): void => port.postMessage(request);
    port.onmessage = ({ data }: MessageEvent<TerminalReply>) => {
      if (data.type !== 'output') return;
      const { text } = data;
      terminal.write(text, () => send({ type: 'drawn', characters: text.length }));
    };
    terminal.onData((text) => send({ type: 'input', text }));
    // The page's own keys work in a terminal too.
    terminal.attachCustomKeyEventHandler(
      ({ ctrlKey, metaKey, key }) => !((ctrlKey && key === '`') || ((ctrlKey || metaKey) && key === 'k')),
    );
    terminal.onResize(({ cols, rows }) => send({ type: 'resize', columns: cols, rows }));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place.current);
    fit.fit();
    send({ type: 'resize', columns: terminal.cols, rows: terminal.rows });
    // Commands of a page must not take the reader's place in it.
    if (typed.current === undefined) terminal.focus();
    else if (typed.current.length > 0) send({ type: 'input', text: `${typed.current.join('\r')}\r` });
    return () => {
      observer.disconnect();
      port.close();
      terminal.dispose();
    };
  }, [openTerminal]);
  return <div ref={place} className="terminal" />;
}
