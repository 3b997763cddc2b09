import type { TerminalReply, TerminalRequest } from '@tabernetes/worker/connect';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { useCluster } from '../world/hooks.ts';
import { type EditRequest, TerminalEditor } from './terminal-editor.tsx';
import { terminalTheme } from './terminal-theme.ts';

interface TerminalPanelProps {
  /** The terminal takes the keys whenever this changes to more than 0. Default: at once, unless there are commands. */
  readonly asked?: number;
  /** A line above the first prompt. */
  readonly greeting?: string;
  /** What is typed at first. */
  readonly commands?: readonly string[];
  /** What the shell said first has been drawn. */
  readonly onPrompt?: () => void;
  /** The shell has ended. */
  readonly onExit?: () => void;
}

/** A terminal at the cluster's workstation. Loaded lazily. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function TerminalPanel({ asked, greeting, commands, onPrompt, onExit }: TerminalPanelProps) {
  const { openTerminal } = useCluster();
  const { terminal: words } = useMessages();
  const ended = useRef(words.ended);
  ended.current = words.ended;
  const place = useRef<HTMLDivElement>(null);
  const typed = useRef(commands);
  const greeted = useRef(greeting);
  const isAsked = useRef(asked === undefined ? commands === undefined : asked > 0);
  const prompted = useRef(onPrompt);
  prompted.current = onPrompt;
  const exited = useRef(onExit);
  exited.current = onExit;
  const [edit, setEdit] = useState<EditRequest>();
  const focus = useRef<() => void>(() => undefined);
  const wasEditing = useRef(false);
  const finish = useRef<(id: number, text: string | undefined) => void>(() => undefined);
  useEffect(() => {
    if (place.current === null) return undefined;
    const { current: box } = place;
    const terminal = new Terminal({
      fontFamily: getComputedStyle(box).fontFamily,
      fontSize: 13,
      cursorBlink: true,
      convertEol: false,
      scrollback: 20_000,
      screenReaderMode: true,
      // Computed colours: what the tokens mean on this page, light or dark.
      theme: terminalTheme(box),
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place.current);
    const port = openTerminal();
    const send = (request: TerminalRequest): void => port.postMessage(request);
    port.onmessage = ({ data }: MessageEvent<TerminalReply>) => {
      if (data.type === 'edit') setEdit(data);
      else if (data.type === 'editOver') setEdit((now) => (now?.id === data.id ? undefined : now));
      else if (data.type === 'exit') {
        if (exited.current === undefined) terminal.write(`\r\n${ended.current}\r\n`);
        else exited.current();
      } else {
        const { text } = data;
        terminal.write(text, () => {
          send({ type: 'drawn', characters: text.length });
          prompted.current?.();
        });
      }
    };
    focus.current = () => terminal.focus();
    finish.current = (id, text) => {
      setEdit(undefined);
      send({ type: 'edited', id, ...(text !== undefined && { text }) });
    };
    terminal.onData((text) => send({ type: 'input', text }));
    // Keys that are the page's and the browser's in a terminal too; Ctrl-C copies what is selected.
    terminal.attachCustomKeyEventHandler(({ type, ctrlKey, metaKey, key }) => {
      if ((ctrlKey && /^[`1-5]$/.test(key)) || (metaKey && key === 'k') || (ctrlKey && key === 'v')) return false;
      if (!ctrlKey || key !== 'c' || !terminal.hasSelection()) return true;
      if (type === 'keydown') {
        void navigator.clipboard.writeText(terminal.getSelection());
        terminal.clearSelection();
      }
      return false;
    });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const themed = (): void => {
      terminal.options.theme = terminalTheme(box);
    };
    scheme.addEventListener('change', themed);
    terminal.onResize(({ cols, rows }) => send({ type: 'resize', columns: cols, rows }));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(box);
    fit.fit();
    send({ type: 'resize', columns: terminal.cols, rows: terminal.rows });
    if (greeted.current) terminal.write(`\x1b[2m${greeted.current}\x1b[0m\r\n`);
    // Commands of a page must not take the reader's place in it.
    if (isAsked.current) terminal.focus();
    if (typed.current !== undefined && typed.current.length > 0)
      send({ type: 'input', text: `${typed.current.join('\r')}\r` });
    return () => {
      observer.disconnect();
      scheme.removeEventListener('change', themed);
      send({ type: 'close' });
      port.close();
      terminal.dispose();
    };
  }, [openTerminal]);
  useEffect(() => {
    if (asked !== undefined && asked > 0) focus.current();
  }, [asked]);
  useEffect(() => {
    // What is hidden cannot be given the keys, so they come back once the terminal is seen again.
    if (edit === undefined && wasEditing.current) focus.current();
    wasEditing.current = edit !== undefined;
  }, [edit]);
  return (
    <>
      <div ref={place} className="terminal" data-own-keys="Ctrl+Enter" hidden={edit !== undefined} />
      {edit !== undefined && (
        <TerminalEditor key={edit.id} request={edit} onDone={(text) => finish.current(edit.id, text)} />
      )}
    </>
  );
}
